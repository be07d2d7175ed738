# The mixed model for repeated measures: gls of nlme by restricted likelihood, with tight tolerances.
# A structure by name: general correlation, an autoregressive process of the highest order (which any Toeplitz matrix
# of as many timepoints is), of the first, and one correlation; each with a variance of each timepoint.
suppressMessages(library(nlme))

# Participants with a baseline value, a centre, and values that are lost from a timepoint on or now and then.
repeated_trial <- function(seed, people, visits, arms, lost, missed) {
  set.seed(seed)
  base <- round(rnorm(people, 50, 10), 2); centre <- rbinom(people, 1, 0.4); arm <- sample(rep(arms, length.out = people))
  sd <- seq(6, 10, length.out = visits); lag <- abs(outer(seq_len(visits), seq_len(visits), "-"))
  errors <- matrix(rnorm(people * visits), people) %*% chol(outer(sd, sd) * (0.45 + 0.4 * 0.6^lag + 0.15 * (lag == 0)))
  gain <- match(arm, arms) - 1
  value <- 20 + 0.6 * base + 2 * centre + outer(gain, seq_len(visits)) + errors
  last <- ifelse(runif(people) < lost, sample(0:(visits - 1), people, TRUE), visits)
  value[col(value) > last | matrix(runif(people * visits) < missed, people)] <- NA
  data.frame(participant_id = sprintf("P%03d", rep(seq_len(people), each = visits)), arm = rep(arm, each = visits),
             visit = rep(paste0("v", seq_len(visits)), people), base = rep(base, each = visits),
             centre = rep(centre, each = visits), value = round(c(t(value)), 3))
}
cases <- list(two_arms = repeated_trial(11, 200, 4, c("a", "b"), 0.25, 0.1),
              three_arms = repeated_trial(12, 90, 3, c("a", "b", "c"), 0.15, 0.05),
              many_visits = repeated_trial(13, 150, 6, c("a", "b"), 0.3, 0.05))
structures <- list(
  unstructured = function(n) corSymm(form = ~v | participant_id),
  toeplitz = function(n) corARMA(0.8 * 0.4^seq_len(n - 1), form = ~v | participant_id, p = n - 1),
  ar1 = function(n) corAR1(0.5, form = ~v | participant_id),
  compound_symmetry = function(n) corCompSymm(0.5, form = ~v | participant_id))
tight <- glsControl(maxIter = 500, msMaxIter = 1000, tolerance = 1e-11, msTol = 1e-13)
# nlminb ends some 1e-7 below the greatest log-likelihood; BFGS with central differences goes on from there.
tighter <- glsControl(opt = "optim", optimMethod = "BFGS", maxIter = 500, msMaxIter = 2000, tolerance = 1e-12, msTol = 1e-16)

for (case in names(cases)) {
  write.csv(cases[[case]], paste0("repeated_", case, ".csv"), row.names = FALSE, na = "")
  d <- subset(cases[[case]], !is.na(value)); d$v <- as.integer(substr(d$visit, 2, 3))
  d$visit <- factor(d$visit); d$arm <- factor(d$arm); visits <- nlevels(d$visit); last <- levels(d$visit)[visits]
  for (term in c("base", "centre")) d[[term]] <- d[[term]] - mean(tapply(d[[term]], d$participant_id, mean))
  for (terms in c("by_visit", "shared")) {
    # Cell means, so that a coefficient is an arm at a timepoint.
    fixed <- if (terms == "by_visit") value ~ 0 + visit:arm + visit:base + visit:centre
             else value ~ 0 + visit:arm + base + centre
    for (name in names(structures)) {
      if (terms == "shared" && name != "unstructured") next
      call <- function(control, correlation = structures[[name]](visits), weights = varIdent(form = ~1 | visit))
        gls(fixed, d, correlation = correlation, weights = weights, method = "REML", control = control)
      m <- call(tight); m <- call(tighter, m$modelStruct$corStruct, m$modelStruct$varStruct); b <- coef(m); V <- vcov(m); values <- c()
      at <- function(arm, visit) as.numeric(names(b) == paste0("visit", visit, ":arm", arm))
      for (arm in levels(d$arm)) {
        L <- at(arm, last)
        values[paste0(c("mean_", "mean_se_"), arm)] <- c(sum(L * b), sqrt(drop(L %*% V %*% L)))
        for (visit in if (arm != "a") levels(d$visit)) {
          L <- at(arm, visit) - at("a", visit)
          values[paste0(c("difference_", "se_"), arm, "_", visit)] <- c(sum(L * b), sqrt(drop(L %*% V %*% L)))
        }
      }
      sd <- m$sigma * coef(m$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)[levels(d$visit)]
      values[paste0("variance_", levels(d$visit))] <- sd^2
      method <- paste(name, terms, sep = "_")
      means <- grepl("^mean_[a-z]$", names(values))
      golden(case, method, values[means], 1e-7, "R nlme gls")
      golden(case, method, values[!means], 5e-6, "R nlme gls")
      golden(case, method, c(log_likelihood = as.numeric(logLik(m)), log_likelihood_at_least = as.numeric(logLik(m))), 1e-12, "R nlme gls")
      if (case == "two_arms") golden(case, method, c(seconds = seconds(call(glsControl()), 3)), 1, "R nlme gls, its own tolerances")
    }
  }
}

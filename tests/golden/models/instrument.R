# The complier effect: ivreg of AER with vcovHC (HC1) and vcovCL (HC1, cadjust) of sandwich.
# Degrees of freedom with clusters are Welch's of the clusters' sums of the scores of each arm; the set of Anderson and
# Rubin is found by uniroot on the test of the reduced form.
suppressMessages({library(AER); library(sandwich)})
set.seed(41)
n <- 160
trial <- data.frame(arm = rep(c("control", "new"), each = n / 2), before = round(rnorm(n, 50, 10), 1))
trial$mentor <- ifelse(trial$arm == "new", paste0("m", rep(1:10, length.out = n)), NA)
willing <- rbinom(n, 1, .65)
trial$uptake <- ifelse(trial$arm == "new", willing, rbinom(n, 1, .1))
shift <- rnorm(10, 0, 3); names(shift) <- paste0("m", 1:10)
trial$value <- round(.6 * trial$before + 3 * willing + 5 * trial$uptake +
                     ifelse(trial$arm == "new", shift[trial$mentor], 0) + rnorm(n, 0, 8), 1)
trial$better <- as.numeric(trial$value > 35)
trial$sessions <- ifelse(trial$uptake == 1, rpois(n, 4) + 1, 0)
# Uptake that the arm hardly changes: the set of Anderson and Rubin is the line or, where the outcome differs, two half-lines.
trial$little <- rbinom(n, 1, ifelse(trial$arm == "new", .6, .46)); trial$raised <- trial$value + 8 * (trial$arm == "new")
write.csv(trial, "instrument_trial.csv", row.names = FALSE, quote = FALSE, na = "")
trial$z <- as.numeric(trial$arm == "new")
trial$unit <- ifelse(is.na(trial$mentor), paste0("alone", seq_len(n)), trial$mentor)

robust <- function(model, trial, clustered) {
  if (clustered) vcovCL(model, trial$unit, type = "HC1", cadjust = TRUE) else vcovHC(model, "HC1")
}
welch <- function(model, trial) {
  sums <- rowsum(estfun(model) %*% bread(model)[, 2], trial$unit)[, 1]
  arm <- tapply(trial$z, trial$unit, max)[names(sums)]
  shares <- tapply(sums^2, arm, sum); units <- table(arm)
  sum(shares)^2 / sum(shares^2 / (units - 1))
}
complier_of <- function(trial, value, uptake, terms, clustered, level = .95) {
  trial$y <- trial[[value]]; trial$d <- trial[[uptake]]; k <- length(terms)
  right <- paste(c("", terms), collapse = " + ")
  model <- ivreg(as.formula(paste("y ~ d", right, "| z", right)), data = trial)
  estimate <- coef(model)[["d"]]; se <- sqrt(robust(model, trial, clustered)["d", "d"])
  df <- if (clustered) welch(model, trial) else model$df.residual
  half <- qt((1 + level) / 2, df) * se
  first <- lm(as.formula(paste("d ~ z", right)), trial)
  f <- coef(first)[["z"]]^2 / robust(first, trial, clustered)["z", "z"]
  excess <- Vectorize(function(b) {
    trial$left <- trial$y - b * trial$d
    reduced <- lm(as.formula(paste("left ~ z", right)), trial)
    coef(reduced)[["z"]]^2 - qt((1 + level) / 2, df)^2 * robust(reduced, trial, clustered)["z", "z"]
  })
  list(values = c(estimate = estimate, se = se, lower = estimate - half, upper = estimate + half, df = df,
                  p = 2 * pt(-abs(estimate / se), df), first_stage_f = f,
                  "uptake:new" = mean(trial$d[trial$z == 1]), "uptake:control" = mean(trial$d[trial$z == 0])),
       excess = excess)
}
limit <- function(excess, from, to) uniroot(excess, c(from, to), tol = 1e-13, maxiter = 10000)$root
within <- function(fit) {
  e <- fit$values[["estimate"]]; s <- fit$values[["se"]]
  c(fit$values, ar_lower = limit(fit$excess, e - 20 * s, e), ar_upper = limit(fit$excess, e, e + 20 * s))
}
add <- function(case, values, source) golden(case, "two_stage_least_squares", values, 1e-12, source)
hc1 <- "R AER ivreg, sandwich vcovHC HC1"; cr1 <- "R AER ivreg, sandwich vcovCL HC1 cadjust"
add("unadjusted", within(complier_of(trial, "value", "uptake", c(), FALSE)), hc1)
add("adjusted", within(complier_of(trial, "value", "uptake", "before", FALSE)), hc1)
add("risk", within(complier_of(trial, "better", "uptake", "before", FALSE)), hc1)
add("amount", within(complier_of(trial, "value", "sessions", "before", FALSE)), hc1)
add("clustered", within(complier_of(trial, "value", "uptake", "before", TRUE)), cr1)
add("clustered_unadjusted", within(complier_of(trial, "value", "uptake", c(), TRUE)), cr1)
line <- complier_of(trial, "value", "little", "before", FALSE)
stopifnot(all(line$excess(c(-10^(6:-1), 0, 10^(-1:6))) < 0))
add("whole_line", line$values, hc1)
halves <- complier_of(trial, "raised", "little", "before", FALSE)
add("half_lines", c(halves$values, ar_upper = limit(halves$excess, -1e4, 0), ar_lower = limit(halves$excess, 0, halves$values[["estimate"]])), hc1)
golden("adjusted", "two_stage_least_squares",
       c(seconds = seconds({ m <- ivreg(value ~ uptake + before | z + before, data = trial); vcovHC(m, "HC1") })), 1, "R")

# Clustered and partially nested models. mixed_*.csv are simulated trials: columns arm (1: with mentors), mentor, base, y;
# sim2 has no variance between mentors, sim4 eight mentors of uneven caseloads.
suppressMessages({library(nlme); library(lme4); library(lmerTest); library(pbkrtest)})
tight <- lmerControl(check.nobs.vs.nlev = "ignore", check.nlev.gtr.1 = "ignore", check.nobs.vs.nRE = "ignore",
                     optimizer = "bobyqa", optCtrl = list(rhobeg = .2, rhoend = 1e-12, maxfun = 1e5))
for (case in c("partially_nested", "sim1", "sim2", "sim4")) {
  d <- read.csv(paste0("mixed_", case, ".csv"))
  d$mentor <- ifelse(d$arm == 1, as.character(d$mentor), paste0("alone", seq_len(nrow(d))))
  d$armf <- factor(d$arm)
  fit <- function() lmer(y ~ arm + base + (0 + arm | mentor), d, REML = TRUE, control = tight)
  m <- suppressMessages(fit()); s <- summary(m)$coefficients["arm", ]
  v <- as.data.frame(VarCorr(m))$vcov
  golden(case, "one_variance_satterthwaite",
         c(estimate = s[[1]], se = s[[2]], df = s[[3]], residual_variance = v[2], log_likelihood = as.numeric(logLik(m))),
         if (case == "sim2") 1e-5 else 1e-6, "lmerTest")
  if (case != "sim2") golden(case, "one_variance_satterthwaite", c(cluster_variance = v[1]), 1e-5, "lmerTest")
  kr <- suppressMessages(summary(m, ddf = "Kenward-Roger"))$coefficients["arm", ]
  golden(case, "one_variance_kenward_roger", c(estimate = kr[[1]], se = kr[[2]], df = kr[[3]]),
         if (case == "sim2") 1e-5 else 1e-6, "pbkrtest")
  golden(case, "one_variance_kenward_roger",
         c(seconds = seconds(suppressMessages({m <- fit(); summary(m, ddf = "Kenward-Roger")}), 3)), 1, "pbkrtest")
  lme_control <- lmeControl(opt = "nlminb", maxIter = 500, msMaxIter = 500, niterEM = 100, tolerance = 1e-12, msTol = 1e-12, returnObject = TRUE)
  fit <- function() lme(y ~ arm + base, random = ~ 0 + arm | mentor, weights = varIdent(form = ~ 1 | armf), data = d,
                        method = "REML", control = lme_control)
  m <- fit(); s <- summary(m)$tTable["arm", ]
  sds <- m$sigma * coef(m$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)
  t2 <- as.numeric(VarCorr(m)[1, 1])
  golden(case, "variance_by_arm", c(estimate = s[[1]], se = s[[2]]), 1e-5, "nlme")
  if (t2 > 1e-3) golden(case, "variance_by_arm",
    c(cluster_variance = t2, residual_0 = as.numeric(sds["0"])^2, residual_1 = as.numeric(sds["1"])^2), 2e-4, "nlme")
  golden(case, "variance_by_arm", c(log_likelihood_at_least = as.numeric(logLik(m))), 1e-12, "nlme")
  golden(case, "variance_by_arm", c(seconds = seconds(fit(), 3)), 1, "nlme")
}
# A trial of clusters: 16 of 3 to 12 members, 8 in each arm.
set.seed(31)
size <- sample(3:12, 16, TRUE)
d <- data.frame(cluster = rep(sprintf("K%02d", 1:16), size), arm = rep(rep(0:1, 8), size))
d$x <- round(rnorm(nrow(d)), 4)
d$y <- round(50 + 2 * d$arm + 3 * d$x + rep(rnorm(16, 0, 3), size) + rnorm(nrow(d), 0, 6), 3)
write.csv(d, "mixed_all_clustered.csv", row.names = FALSE, quote = FALSE)
m <- lmer(y ~ arm + x + (1 | cluster), d, REML = TRUE, control = tight); s <- summary(m)$coefficients["arm", ]
v <- as.data.frame(VarCorr(m))$vcov
golden("all_clustered", "one_variance_satterthwaite",
       c(estimate = s[[1]], se = s[[2]], df = s[[3]], cluster_variance = v[1], residual_variance = v[2],
         log_likelihood = as.numeric(logLik(m))), 1e-6, "lmerTest")
kr <- suppressMessages(summary(m, ddf = "Kenward-Roger"))$coefficients["arm", ]
golden("all_clustered", "one_variance_kenward_roger", c(estimate = kr[[1]], se = kr[[2]], df = kr[[3]]), 1e-6, "pbkrtest")
# The intra-cluster correlation of all: its profile is that of the ratio of the variances, found anew on a fine grid.
profile_ll <- function(rho) {
  n <- nrow(d); V <- diag(n) * (1 - rho) + rho * outer(d$cluster, d$cluster, "==")
  X <- cbind(1, d$arm, d$x); W <- solve(V); A <- t(X) %*% W %*% X
  b <- solve(A, t(X) %*% W %*% d$y); r <- d$y - X %*% b; q <- drop(t(r) %*% W %*% r); k <- n - 3
  -.5 * (k * log(q / k) + determinant(V)$modulus + determinant(A)$modulus + k * (1 + log(2 * pi)))
}
top <- optimize(profile_ll, c(0, .9), maximum = TRUE, tol = 1e-12)
limit <- function(r) profile_ll(r) - top$objective + qchisq(.95, 1) / 2
lower <- if (limit(0) > 0) 0 else uniroot(limit, c(0, top$maximum), tol = 1e-12)$root
golden("all_clustered", "correlation", c(estimate = top$maximum, lower = lower,
       upper = uniroot(limit, c(top$maximum, .99), tol = 1e-12)$root), 1e-5, "a profile of base R")

# Multiple imputation: mice's Rubin's rules, and its imputations within each arm.
# Imputations are random: their tolerance is 3 Monte Carlo errors of the difference of two runs of m imputations, √(2B/m) for an
# estimate, and what the variance B of that variance, 2B²/(m - 1), does to a standard error.
suppressMessages(library(mice))
rules <- function(case, Q, U, n, k) {
  p <- pool.scalar(Q, U, n = n, k = k)
  golden(case, "rubin", c(estimate = p$qbar, within = p$ubar, between = p$b, total = p$t, df = p$df, fraction_missing = p$fmi), 1e-9, "mice")
}
rules("five", c(1, 1.2, .9, 1.1, 1.3), c(.04, .05, .045, .05, .04), 100, 3)
rules("two", c(-2, .5), c(1, 2), 20, 2)
rules("large", c(10.1, 10.2, 10.15, 10.12, 10.3, 10.05, 10.22), rep(.5, 7), Inf, 1)
rules("wide", c(-5, 5, 0, 3, -4, 2), rep(1e-3, 6), 50, 4)

set.seed(53)
n <- 200
d <- data.frame(arm = rep(0:1, n / 2), x = round(rnorm(n), 3), z = round(rnorm(n), 3))
d$normal <- round(5 + 1.5 * d$arm + d$x + .8 * d$z + .5 * d$arm * d$z + rnorm(n), 3)
d$pmm <- round(exp(.3 * d$normal), 2)
d$logistic <- rbinom(n, 1, plogis(-.5 + .8 * d$arm + .8 * d$x + .6 * d$z))
lost <- runif(n) < plogis(-1 + d$x - .7 * d$z * d$arm)
for (name in c("normal", "pmm", "logistic")) d[[name]][lost] <- NA
write.csv(d, "missing_trial.csv", row.names = FALSE, quote = FALSE)
m <- 200
for (name in c("normal", "pmm", "logistic")) {
  how <- c(normal = "norm", pmm = "pmm", logistic = "logreg")[[name]]
  impute <- function() lapply(0:1, function(a) {
    own <- d[d$arm == a, c(name, "x", "z")]
    if (name == "logistic") own[[name]] <- factor(own[[name]])
    mice(own, m = m, maxit = 1, method = c(how, "", ""), seed = 59 + a, printFlag = FALSE)
  })
  made <- impute()
  fits <- lapply(1:m, function(i) {
    whole <- do.call(rbind, lapply(0:1, function(a) cbind(complete(made[[a + 1]], i), arm = a)))
    summary(lm(as.numeric(as.character(whole[[name]])) ~ arm + x, whole))$coefficients["arm", 1:2]
  })
  p <- pool.scalar(sapply(fits, `[`, 1), sapply(fits, `[`, 2)^2, n = n, k = 3)
  golden("trial", name, c(estimate = p$qbar), signif(3 * sqrt(2 * p$b / m) / abs(p$qbar), 3), "mice")
  golden("trial", name, c(se = sqrt(p$t)), signif(3 * sqrt(2) * p$b * sqrt(2 / (m - 1)) / (2 * p$t), 3), "mice")
  golden("trial", name, c(seconds = seconds(impute(), 1)), 1, "mice")
}

# Two-stage least squares: AER's ivreg with sandwich's HC1; inputs are simulated here.
suppressMessages({library(AER); library(sandwich)})
set.seed(41)
n <- 240
d <- data.frame(arm = sample(rep(0:1, n / 2)), x = round(rnorm(n), 4))
d$uptake <- ifelse(d$arm == 1, rbinom(n, 1, plogis(.6 + .5 * d$x)), rbinom(n, 1, .08))
d$y <- round(10 + 1.5 * d$uptake + d$x + rnorm(n, 0, 2), 4)
d$cluster <- ifelse(d$arm == 1, paste0("K", (seq_len(n) %% 11)), "")
write.csv(d, "instrument_trial.csv", row.names = FALSE, quote = FALSE)
fit <- function() ivreg(y ~ uptake + x | arm + x, data = d)
m <- fit(); se <- sqrt(vcovHC(m, type = "HC1")["uptake", "uptake"])
f <- lm(uptake ~ arm + x, d)
golden("trial", "two_stage_least_squares",
       c(estimate = coef(m)[["uptake"]], se = se, first_stage_f = coef(f)[["arm"]]^2 / vcovHC(f, type = "HC1")["arm", "arm"]),
       1e-9, "AER, sandwich")
golden("trial", "two_stage_least_squares", c(seconds = seconds(for (i in 1:20) vcovHC(fit(), type = "HC1")) / 20), 1, "AER")
unit <- ifelse(d$cluster == "", paste0("alone", seq_len(n)), d$cluster)
golden("trial", "clustered", c(estimate = coef(m)[["uptake"]],
       se = sqrt(vcovCL(m, cluster = unit, type = "HC1")["uptake", "uptake"])), 1e-9, "AER, sandwich")
# The Anderson-Rubin set: the effects b that a robust test of the offer on y - b uptake does not reject.
reject <- function(b) {
  r <- lm(I(y - b * uptake) ~ arm + x, d)
  coef(r)[["arm"]]^2 / vcovHC(r, type = "HC1")["arm", "arm"] - qt(.975, n - 3)^2
}
at <- coef(m)[["uptake"]]
golden("trial", "anderson_rubin", c(lower = uniroot(reject, c(at - 6, at), tol = 1e-13)$root,
       upper = uniroot(reject, c(at, at + 6), tol = 1e-13)$root), 1e-9, "a search with lm and sandwich")

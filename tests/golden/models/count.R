# Numbers of events: MASS::glm.nb, and a Poisson glm with robust standard errors of sandwich (HC1, and HC1 by clusters).
suppressMessages({library(MASS); library(sandwich)})
set.seed(43)
n <- 140
d <- data.frame(arm = rep(0:1, n / 2), x = round(rnorm(n), 3), exposure = round(runif(n, .5, 2), 3))
d$cluster <- ifelse(d$arm == 1, paste0("M", rep(1:10, each = 2, length.out = n)), "")
d$varied <- rnbinom(n, size = 1.5, mu = d$exposure * exp(.9 - .4 * d$arm + .3 * d$x))
d$close <- round(d$exposure * exp(1.2 - .3 * d$arm + .2 * d$x) + runif(n, -.4, .9))
write.csv(d, "count_trial.csv", row.names = FALSE, quote = FALSE)
fit <- function() glm.nb(varied ~ arm + x + offset(log(exposure)), d, control = glm.control(epsilon = 1e-14, maxit = 500))
m <- fit(); se <- sqrt(diag(vcov(m)))
golden("trial", "negative_binomial", c(rate_ratio = exp(coef(m)[["arm"]]), se = se[["arm"]], x = coef(m)[["x"]], x_se = se[["x"]],
       upper = exp(coef(m)[["arm"]] + qnorm(.975) * se[["arm"]]), dispersion = 1 / m$theta,
       log_likelihood = as.numeric(logLik(m)), rate_0 = exp(coef(m)[[1]] + coef(m)[["x"]] * mean(d$x))), 1e-7, "MASS")
golden("trial", "negative_binomial", c(seconds = seconds(for (i in 1:10) fit()) / 10), 1, "MASS")
fit <- function(y, start = NULL) glm(d[[y]] ~ arm + x + offset(log(exposure)), poisson, d, start = start,
                                     control = glm.control(epsilon = 1e-14, maxit = 100))
# glm has its weights from the step before the last: from its own coefficients they are at the maximum.
m <- fit("close", coef(fit("close"))); se <- sqrt(diag(vcovHC(m, type = "HC1")))
golden("trial", "poisson_robust", c(rate_ratio = exp(coef(m)[["arm"]]), se = se[["arm"]], x = coef(m)[["x"]], x_se = se[["x"]],
       lower = exp(coef(m)[["arm"]] - qnorm(.975) * se[["arm"]]), log_likelihood = as.numeric(logLik(m))), 1e-9, "sandwich")
golden("trial", "poisson_robust", c(seconds = seconds(for (i in 1:20) {m <- fit("close"); vcovHC(m, type = "HC1")}) / 20), 1, "sandwich")
unit <- ifelse(d$arm == 1, d$cluster, paste0("p", seq_len(n)))
m <- fit("varied", coef(fit("varied"))); se <- sqrt(diag(vcovCL(m, unit, type = "HC1"))); df <- length(unique(unit)) - 1
golden("trial", "poisson_clustered", c(rate_ratio = exp(coef(m)[["arm"]]), se = se[["arm"]], df = df,
       upper = exp(coef(m)[["arm"]] + qt(.975, df) * se[["arm"]])), 1e-9, "sandwich")

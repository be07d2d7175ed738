# Binary outcomes: glm, brglm2's bias-reduced glm (Firth), and standardised risks with the variance of their influence functions written out.
suppressMessages(library(brglm2))
set.seed(41)
n <- 160
d <- data.frame(arm = rep(0:1, n / 2), x = round(rnorm(n), 3), z = rbinom(n, 1, .4))
d$cluster <- ifelse(d$arm == 1, paste0("M", rep(1:10, each = 2, length.out = n)), "")
d$y <- rbinom(n, 1, plogis(-.6 + .7 * d$arm + .8 * d$x - .5 * d$z))
write.csv(d, "binary_trial.csv", row.names = FALSE, quote = FALSE)
s <- d[1:40, ]; s$y <- as.integer(s$x + .1 * s$z > .2)
write.csv(s, "binary_separated.csv", row.names = FALSE, quote = FALSE)

tight <- glm.control(epsilon = 1e-14, maxit = 100)
fit <- function() glm(y ~ arm + x + z, binomial, d, control = tight)
# glm has its weights from the step before the last: from its own coefficients they are at the maximum.
m <- fit(); m <- glm(y ~ arm + x + z, binomial, d, control = tight, start = coef(m)); se <- sqrt(diag(vcov(m)))
golden("trial", "logistic", c(constant = coef(m)[[1]], arm = coef(m)[[2]], x = coef(m)[[3]], z = coef(m)[[4]],
       arm_se = se[[2]], x_se = se[[3]], log_likelihood = as.numeric(logLik(m))), 1e-10, "glm")
golden("trial", "logistic", c(seconds = seconds(for (i in 1:20) fit()) / 20), 1, "glm")

fit <- function() glm(y ~ arm + x + z, binomial, s, method = "brglmFit", type = "AS_mean",
                      control = brglmControl(epsilon = 1e-12, maxit = 10000))
b <- suppressWarnings(fit()); se <- sqrt(diag(vcov(b)))
golden("separated", "firth", c(constant = coef(b)[[1]], arm = coef(b)[[2]], x = coef(b)[[3]], z = coef(b)[[4]],
       arm_se = se[[2]], x_se = se[[3]]), 1e-7, "brglm2")
golden("separated", "firth", c(seconds = seconds(suppressWarnings(fit()), 3)), 1, "brglm2")

# Each unit's influence on a risk is summed; units of an arm are counted by themselves, as in Welch's test.
standardised <- function(d, m, unit) {
  p <- fitted(m); left <- (d$y - p) / (1 - hatvalues(m)); n <- nrow(d); ifs <- list(); r <- c()
  for (a in 0:1) {
    w <- predict(m, transform(d, arm = a), type = "response"); r[a + 1] <- mean(w)
    ifs[[a + 1]] <- (ifelse(d$arm == a, left / mean(d$arm == a), 0) + w - mean(w)) / n
  }
  variance <- function(f) {
    t <- tapply(f, unit, sum); a <- tapply(d$arm, unit, function(v) v[1])
    parts <- sapply(0:1, function(k) {u <- t[a == k]; length(u) * var(u)}); k <- c(table(a))
    c(sqrt(sum(parts)), sum(parts)^2 / sum(parts^2 / (k - 1)))
  }
  rd <- variance(ifs[[2]] - ifs[[1]]); rr <- variance(ifs[[2]] / r[2] - ifs[[1]] / r[1])
  or <- variance(ifs[[2]] / (r[2] * (1 - r[2])) - ifs[[1]] / (r[1] * (1 - r[1])))
  c(risk_0 = r[1], risk_1 = r[2], risk_difference = r[2] - r[1], risk_difference_se = rd[1], risk_difference_df = rd[2],
    risk_difference_lower = r[2] - r[1] - qt(.975, rd[2]) * rd[1],
    risk_ratio = r[2] / r[1], risk_ratio_se = rr[1], risk_ratio_upper = r[2] / r[1] * exp(qt(.975, rr[2]) * rr[1]),
    odds_ratio = r[2] / (1 - r[2]) / (r[1] / (1 - r[1])), odds_ratio_se = or[1], odds_ratio_df = or[2])
}
golden("trial", "standardised_risks", standardised(d, m, seq_len(n)), 1e-9, "glm and base R")
golden("trial", "standardised_risks_clustered", standardised(d, m, ifelse(d$arm == 1, d$cluster, paste0("p", seq_len(n)))),
       1e-9, "glm and base R")
golden("trial", "standardised_risks", c(seconds = seconds(for (i in 1:10) standardised(d, fit <- glm(y ~ arm + x + z, binomial, d), seq_len(n))) / 10), 1, "glm and base R")

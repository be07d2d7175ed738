# Analysis of covariance: lm, with variances of sandwich (vcovHC), of three arms of unequal spread.
library(sandwich)
set.seed(31)
n <- 120
trial <- data.frame(arm = sample(rep(c("control", "low", "high"), c(50, 40, 30))), before = round(rnorm(n, 20, 4), 1))
trial$site <- rbinom(n, 1, .4)
trial$value <- round(5 + .8 * trial$before + 2 * (trial$arm == "high") + trial$site +
                     rnorm(n) * ifelse(trial$arm == "high", 6, 2) * (1 + trial$site), 1)
write.csv(trial, "linear_trial.csv", row.names = FALSE, quote = FALSE)
trial$arm <- factor(trial$arm, c("control", "low", "high"))

ancova_of <- function(trial, terms, level = .95) {
  model <- lm(reformulate(c("arm", terms), "value"), trial)
  x <- model.matrix(model); centre <- colMeans(x); centre[2:3] <- 0; rest <- rep(0, length(terms))
  contrasts <- rbind("effect:low" = c(0, 1, 0, rest), "effect:high" = c(0, 0, 1, rest),
                     "adjusted:control" = centre, "adjusted:low" = centre + c(0, 1, 0, rest),
                     "adjusted:high" = centre + c(0, 0, 1, rest))
  for (term in terms) {
    contrasts <- rbind(contrasts, as.numeric(colnames(x) == term))
    rownames(contrasts)[nrow(contrasts)] <- paste0("coefficient:", term)
  }
  list(model = model, contrasts = contrasts, level = level)
}
combined <- function(fit, covariance) {
  df <- fit$model$df.residual; values <- c()
  for (name in rownames(fit$contrasts)) {
    row <- fit$contrasts[name, ]; estimate <- sum(row * coef(fit$model)); se <- sqrt(drop(row %*% covariance %*% row))
    half <- qt((1 + fit$level) / 2, df) * se
    values[paste0(name, ":", c("estimate", "se", "lower", "upper", "df"))] <- c(estimate, se, estimate - half, estimate + half, df)
    if (startsWith(name, "effect")) values[paste0(name, ":p")] <- 2 * pt(-abs(estimate / se), df)
  }
  c(values, residual_variance = summary(fit$model)$sigma^2)
}
for (case in c("unadjusted", "adjusted")) {
  terms <- if (case == "adjusted") c("before", "site") else character(0)
  fit <- ancova_of(trial, terms)
  golden(case, "ancova", combined(fit, vcov(fit$model)), 1e-12, "R lm")
  golden(case, "ancova_hc2", combined(fit, vcovHC(fit$model, "HC2")), 1e-12, "R lm, sandwich vcovHC HC2")
  golden(case, "ancova_hc3", combined(fit, vcovHC(fit$model, "HC3")), 1e-12, "R lm, sandwich vcovHC HC3")
}
golden("adjusted", "ancova_hc3", c(seconds = seconds({ m <- lm(value ~ arm + before + site, trial); vcovHC(m, "HC3") })), 1, "R")

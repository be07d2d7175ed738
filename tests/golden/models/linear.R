# Linear models with robust standard errors: lm, sandwich, and clubSandwich's equal of HC2. ../ancova_input.csv is made by ../estimates.R.
suppressMessages(library(sandwich))
d <- read.csv("../ancova_input.csv"); d <- d[complete.cases(d), ]
d$arm <- relevel(factor(d$arm), "control"); d$site <- factor(d$site)
fit <- function() lm(value ~ arm + before + site, d)
m <- fit(); b <- coef(m)
for (type in c("const", "HC2", "HC3")) {
  V <- vcovHC(m, type = type); se <- sqrt(diag(V))
  mean_of <- c(1, 0, 0, colMeans(model.matrix(m))[4:6]); k <- qt(.975, df.residual(m))
  adjusted <- sum(mean_of * b); adjusted_se <- sqrt(drop(t(mean_of) %*% V %*% mean_of))
  golden("three_arms", c(const = "constant", HC2 = "hc2", HC3 = "hc3")[[type]],
         c(high = b[["armhigh"]], high_se = se[["armhigh"]], low = b[["armlow"]], low_se = se[["armlow"]],
           low_lower = b[["armlow"]] - k * se[["armlow"]], low_p = 2 * pt(-abs(b[["armlow"]] / se[["armlow"]]), df.residual(m)),
           control = adjusted, control_se = adjusted_se, variance = summary(m)$sigma^2), 1e-10, "sandwich")
}
golden("three_arms", "constant", c(seconds = seconds(for (i in 1:20) {m <- fit(); vcov(m)}) / 20), 1, "lm")
golden("three_arms", "hc3", c(seconds = seconds(for (i in 1:20) {m <- fit(); vcovHC(m)}) / 20), 1, "sandwich")

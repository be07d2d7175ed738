# Ordered outcomes: MASS::polr, and a sandwich by clusters of its scores, written out.
suppressMessages(library(MASS))
set.seed(47)
n <- 150
d <- data.frame(arm = rep(0:1, n / 2), x = round(rnorm(n, 50, 10), 2))
d$cluster <- ifelse(d$arm == 1, paste0("M", rep(1:10, each = 2, length.out = n)), "")
d$y <- cut(.7 * d$arm + .05 * (d$x - 50) + rlogis(n), c(-Inf, -1, .5, 2, Inf), labels = FALSE)
write.csv(d, "ordered_trial.csv", row.names = FALSE, quote = FALSE)
d$centred <- d$x - mean(d$x)
fit <- function() polr(factor(y) ~ arm + centred, d, Hess = TRUE, control = list(reltol = 1e-15, maxit = 1000))
m <- fit(); V <- vcov(m); b <- coef(m)
golden("trial", "proportional_odds", c(common_odds_ratio = exp(b[["arm"]]), se = sqrt(V["arm", "arm"]), x = b[["centred"]],
       x_se = sqrt(V["centred", "centred"]), threshold_1 = m$zeta[[1]], threshold_2 = m$zeta[[2]], threshold_3 = m$zeta[[3]],
       log_likelihood = as.numeric(logLik(m))), 1e-5, "MASS")
golden("trial", "proportional_odds", c(seconds = seconds(for (i in 1:10) fit()) / 10), 1, "MASS")
X <- cbind(d$arm, d$centred); eta <- drop(X %*% b); z <- c(-Inf, m$zeta, Inf)
up <- z[d$y + 1] - eta; low <- z[d$y] - eta; p <- plogis(up) - plogis(low)
scores <- cbind(-(dlogis(up) - dlogis(low)) / p * X,
                sapply(1:3, function(k) (dlogis(up) * (d$y == k) - dlogis(low) * (d$y == k + 1)) / p))
total <- rowsum(scores, ifelse(d$arm == 1, d$cluster, paste0("p", seq_len(n)))); k <- nrow(total)
R <- k / (k - 1) * V %*% crossprod(total) %*% V
golden("trial", "proportional_odds_clustered", c(common_odds_ratio = exp(b[["arm"]]), se = sqrt(R[1, 1]), df = k - 1), 1e-5, "MASS and base R")

# Makes mean_difference*.csv, wilson.csv, survival*.csv, ancova*.csv and adjusted_means.csv beside this file: Rscript estimates.R
# R 4.2.2, survival 3.5-3. The inputs are made here and stored with the answers.
library(survival)
set.seed(20)
number <- function(x) ifelse(is.na(x), "", formatC(x, digits = 12, format = "g", width = 1))

a <- round(rnorm(41, 96, 15)); b <- round(rnorm(38, 94, 11))
write.csv(rbind(data.frame(group = "intervention", value = a), data.frame(group = "reference", value = b)),
          "mean_difference_input.csv", row.names = FALSE)
means <- do.call(rbind, lapply(c(FALSE, TRUE), function(pooled) {
  do.call(rbind, lapply(c(.95, .9), function(level) {
    t <- t.test(a, b, var.equal = pooled, conf.level = level)
    data.frame(pooled = pooled, level = level, estimate = number(mean(a) - mean(b)),
               lower = number(t$conf.int[1]), upper = number(t$conf.int[2]),
               se = number(t$stderr), df = number(t$parameter))
  }))
}))
write.csv(means, "mean_difference.csv", row.names = FALSE, quote = FALSE)

cells <- data.frame(count = c(0, 1, 56, 48, 79, 10), n = c(10, 29, 70, 80, 80, 10))
wilson <- do.call(rbind, lapply(seq_len(nrow(cells)), function(i) {
  ci <- suppressWarnings(prop.test(cells$count[i], cells$n[i], correct = FALSE)$conf.int)
  data.frame(cells[i, ], lower = number(ci[1]), upper = number(ci[2]))
}))
write.csv(wilson, "wilson.csv", row.names = FALSE, quote = FALSE)

months <- c(round(rexp(50, 1 / 14)), 3, 3, 3, 70); event <- c(rbinom(50, 1, .6), 1, 0, 1, 1)
write.csv(data.frame(months, event), "survival_input.csv", row.names = FALSE)
curve <- summary(survfit(Surv(months, event) ~ 1, conf.type = "log-log"))
write.csv(data.frame(months = curve$time, at_risk = curve$n.risk, events = curve$n.event,
                     survival = number(curve$surv), lower = number(curve$lower), upper = number(curve$upper)),
          "survival.csv", row.names = FALSE, quote = FALSE)

set.seed(7)
n <- 90; trial <- data.frame(arm = sample(rep(c("control", "low", "high"), c(32, 30, 28))), before = round(rnorm(n, 20, 4), 1))
trial$site <- sample(c("north", "south", "west"), n, TRUE)
trial$value <- round(5 + .8 * trial$before + 2 * (trial$arm == "high") + (trial$site == "west") + rnorm(n, 0, 3), 1)
trial$before[c(4, 40)] <- NA; trial$value[c(9, 77)] <- NA
write.csv(trial, "ancova_input.csv", row.names = FALSE, quote = FALSE, na = "")
trial$arm <- relevel(factor(trial$arm), "control"); trial$site <- factor(trial$site)
models <- list(before = value ~ arm + before, "before; site" = value ~ arm + before + site)
ancova <- do.call(rbind, lapply(names(models), function(adjust) {
  do.call(rbind, lapply(c(.95, .9), function(level) {
    m <- lm(models[[adjust]], trial); ci <- confint(m, level = level); s <- summary(m)$coefficients
    used <- model.frame(m)
    data.frame(adjust, level, term = sub("^arm", "arm:", sub("^site", "site=", rownames(s))), estimate = number(s[, 1]),
               lower = number(ci[, 1]), upper = number(ci[, 2]), se = number(s[, 2]), df = m$df.residual, p = number(s[, 4]),
               variance = number(summary(m)$sigma^2), n = nrow(used))
  }))
}))
write.csv(ancova, "ancova.csv", row.names = FALSE, quote = FALSE)
# Adjusted means: at the mean of the covariates of those analysed.
adjusted <- do.call(rbind, lapply(names(models), function(adjust) {
  m <- lm(models[[adjust]], trial); x <- model.matrix(m); centre <- colMeans(x)
  do.call(rbind, lapply(levels(trial$arm), function(arm) {
    at <- centre; at[grep("^arm", names(at))] <- 0
    if (arm != "control") at[paste0("arm", arm)] <- 1
    half <- qt(.975, m$df.residual) * sqrt(drop(at %*% vcov(m) %*% at)); mean <- sum(at * coef(m))
    data.frame(adjust, arm, mean = number(mean), lower = number(mean - half), upper = number(mean + half))
  }))
}))
write.csv(adjusted, "adjusted_means.csv", row.names = FALSE, quote = FALSE)

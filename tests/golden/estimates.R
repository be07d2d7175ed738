# Makes mean_difference*.csv, wilson.csv and survival*.csv beside this file: Rscript estimates.R
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

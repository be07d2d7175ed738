# Times to an event: R's survival package. Inputs are simulated here.
library(survival)
source_of <- paste0("R ", getRversion(), ", survival ", packageVersion("survival"))
strict <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)

set.seed(20250301)
n <- 240
trial <- data.frame(participant_id = seq_len(n), arm = sample(c("a", "b", "c"), n, TRUE),
                    site = sample(c("north", "south", "west"), n, TRUE),
                    sex = sample(c("f", "m"), n, TRUE), age = round(rnorm(n, 50, 12)))
rate <- 0.05 * exp(-0.5 * (trial$arm == "b") + 0.3 * (trial$arm == "c") + 0.02 * (trial$age - 50)) *
  c(north = 1, south = 1.6, west = 0.6)[trial$site]
first <- rexp(n, rate); other <- rexp(n, 0.02); censored <- runif(n, 6, 30)
# Whole months: ties, and events at time 0.
trial$time <- floor(pmin(first, other, censored))
trial$event <- ifelse(first <= pmin(other, censored), 1, ifelse(other <= censored, 2, 0))
write.csv(trial, "survival_trial.csv", row.names = FALSE, quote = FALSE)
trial$arm <- factor(trial$arm); trial$one <- trial$event == 1

# Clusters in one arm; times without ties.
clusters <- data.frame(participant_id = 1:160, arm = rep(c("a", "b"), each = 80))
clusters$cluster <- ifelse(clusters$arm == "b", paste0("m", (0:159) %% 9), NA)
frailty <- exp(rnorm(9, 0, 0.6))
rate <- ifelse(clusters$arm == "b", 0.08 * frailty[(0:159) %% 9 + 1], 0.1)
clusters$age <- round(rnorm(160, 50, 12))
first <- round(rexp(160, rate), 6); censored <- round(runif(160, 2, 20), 6)
clusters$time <- pmin(first, censored); clusters$event <- as.integer(first <= censored)
write.csv(clusters, "survival_clusters.csv", row.names = FALSE, quote = FALSE)
clusters$unit <- ifelse(is.na(clusters$cluster), paste0("p", clusters$participant_id), clusters$cluster)

of_cox <- function(fit, names) {
  b <- coef(fit)[seq_along(names)]; v <- vcov(fit)
  z <- qnorm(0.975); se <- sqrt(diag(v))[seq_along(names)]
  c(setNames(exp(b), paste0("hazard_ratio_", names)), setNames(se, paste0("se_", names)),
    setNames(exp(b - z * se), paste0("lower_", names)), setNames(exp(b + z * se), paste0("upper_", names)),
    log_likelihood = fit$loglik[2], log_likelihood_without = fit$loglik[1])
}
of_zph <- function(fit) {
  each <- cox.zph(fit, terms = FALSE)$table
  together <- cox.zph(fit)$table
  c(proportional_b = each[1, "p"], proportional_c = each[2, "p"], proportional = together["arm", "p"])
}
of_test <- function(strata) {
  test <- function(arms) {
    found <- survdiff(as.formula(paste("Surv(time, one) ~ arm", strata)), data = droplevels(trial[trial$arm %in% arms, ]))
    c(found$chisq, pchisq(found$chisq, length(arms) - 1, lower.tail = FALSE))
  }
  values <- c(test(c("a", "b")), test(c("a", "c")), test(c("a", "b", "c")))
  setNames(values, c("chi2_b", "p_b", "chi2_c", "p_c", "chi2", "p"))
}

fit <- coxph(Surv(time, one) ~ arm, trial, control = strict)
golden("ties", "cox_efron", c(of_cox(fit, c("b", "c")), of_zph(fit)), 1e-10, source_of)
golden("ties", "log_rank", of_test(""), 1e-11, paste(source_of, "survdiff"))

fit <- coxph(Surv(time, one) ~ arm + age + strata(site, sex), trial, control = strict)
golden("strata", "cox_efron", c(of_cox(fit, c("b", "c")), of_zph(fit), coefficient_age = coef(fit)[["age"]],
                                 coefficient_se_age = sqrt(vcov(fit)["age", "age"])), 1e-10, source_of)
golden("strata", "cox_efron", c(seconds = seconds(coxph(Surv(time, one) ~ arm + age + strata(site, sex), trial))), 1, "R")
golden("strata", "log_rank", of_test("+ strata(site, sex)"), 1e-11, paste(source_of, "survdiff"))

fit <- coxph(Surv(time, event) ~ arm + age, clusters, cluster = unit, control = strict)
golden("clusters", "cox_clustered",
       c(hazard_ratio_b = exp(coef(fit)[["armb"]]), sandwich_se_b = sqrt(vcov(fit)[1, 1])),
       1e-10, source_of)
golden("clusters", "cox_clustered",
       c(seconds = seconds(coxph(Surv(time, event) ~ arm + age, clusters, cluster = unit))), 1, "R")
# The same with tied times.
clusters$month <- ceiling(clusters$time)
fit <- coxph(Surv(month, event) ~ arm + age, clusters, cluster = unit, control = strict)
golden("clusters_ties", "cox_clustered",
       c(hazard_ratio_b = exp(coef(fit)[["armb"]]), sandwich_se_b = sqrt(vcov(fit)[1, 1])), 1e-10, source_of)

# Curves free of any event.
any <- survfit(Surv(time, event > 0) ~ arm, trial, conf.type = "log-log")
free <- summary(any, times = c(3, 12, 20), extend = TRUE)
golden("ties", "curves",
       c(setNames(free$surv, paste0("survival_", rep(c("a", "b", "c"), each = 3), "_", c(3, 12, 20))),
         setNames(free$lower, paste0("lower_", rep(c("a", "b", "c"), each = 3), "_", c(3, 12, 20))),
         setNames(free$upper, paste0("upper_", rep(c("a", "b", "c"), each = 3), "_", c(3, 12, 20))),
         setNames(free$n.risk, paste0("at_risk_", rep(c("a", "b", "c"), each = 3), "_", c(3, 12, 20)))),
       1e-11, paste(source_of, "survfit, log-log"))
middle <- survfit(Surv(time, event) ~ arm, transform(clusters, arm = factor(arm)), conf.type = "log-log")
middle <- quantile(middle, 0.5)
golden("clusters", "median", c(median_a = middle$quantile[["arm=a", 1]], lower_a = middle$lower[["arm=a", 1]],
       upper_a = middle$upper[["arm=a", 1]], median_b = middle$quantile[["arm=b", 1]],
       lower_b = middle$lower[["arm=b", 1]]), 1e-12, paste(source_of, "survfit, log-log"))

states <- survfit(Surv(time, factor(event, 0:2)) ~ arm, trial)
at <- summary(states, times = 12)
p <- at$pstate[, 2]; se <- at$std.err[, 2]
bound <- function(sign) 1 - (1 - p)^exp(sign * qnorm(0.975) * se / (1 - p) / -log(1 - p))
golden("ties", "aalen_johansen",
       c(setNames(p, paste0("incidence_", c("a", "b", "c"))), setNames(se, paste0("se_", c("a", "b", "c"))),
         setNames(bound(-1), paste0("lower_", c("a", "b", "c"))), setNames(bound(1), paste0("upper_", c("a", "b", "c"))),
         difference_b = p[2] - p[1], difference_se_b = sqrt(se[2]^2 + se[1]^2),
         table_incidence_b = p[2], table_lower_b = bound(-1)[2]),
       1e-11, paste(source_of, "survfit of states"))
golden("ties", "aalen_johansen",
       c(seconds = seconds(summary(survfit(Surv(time, factor(event, 0:2)) ~ arm, trial), times = 12))), 1, "R")
areas <- summary(any, rmean = 15)$table
golden("ties", "restricted_mean",
       c(setNames(areas[, "rmean"], paste0("mean_", c("a", "b", "c"))),
         setNames(areas[, "se(rmean)"], paste0("se_", c("a", "b", "c"))),
         difference_b = areas[2, "rmean"] - areas[1, "rmean"],
         difference_se_b = sqrt(sum(areas[1:2, "se(rmean)"]^2))),
       1e-11, paste(source_of, "survfit, rmean"))
golden("ties", "restricted_mean",
       c(seconds = seconds(summary(survfit(Surv(time, event > 0) ~ arm, trial), rmean = 15))), 1, "R")
# The clustered mean: the infinitesimal jackknife by cluster.
robust <- survfit(Surv(time, event) ~ 1, clusters[clusters$arm == "b", ], id = participant_id, cluster = unit, robust = TRUE)
pseudo <- survival:::residuals.survfit(robust, times = 10, type = "auc")
golden("clusters", "restricted_mean", c(sandwich_se_b = sqrt(sum(rowsum(as.vector(pseudo), clusters$unit[clusters$arm == "b"])^2))),
       1e-10, paste(source_of, "residuals.survfit"))
golden("clusters", "curves", c(sandwich_se_b = summary(robust, times = 10)$std.err), 1e-11, paste(source_of, "survfit, cluster"))

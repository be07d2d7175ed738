# Score intervals of a difference and a ratio of risks: limits by uniroot, the most likely risks by halving.
halved <- function(score, low, high) { for (i in 1:200) { m <- (low + high) / 2; if (is.finite(score(m)) && score(m) > 0) low <- m else high <- m }; (low + high) / 2 }
part <- function(x, n, p) (if (x > 0) x / p else 0) - (if (n > x) (n - x) / (1 - p) else 0)
z_difference <- function(a, na, b, nb, d) {
  q <- halved(function(p) part(a, na, p + d) + part(b, nb, p), max(0, -d), min(1, 1 - d)); p <- q + d
  (a / na - b / nb - d) / sqrt((p * (1 - p) / na + q * (1 - q) / nb) * (na + nb) / (na + nb - 1))
}
z_ratio <- function(a, na, b, nb, r) {
  q <- halved(function(p) r * part(a, na, r * p) + part(b, nb, p), 0, min(1, 1 / r)); p <- r * q
  (a / na - r * b / nb) / sqrt((p * (1 - p) / na + r^2 * q * (1 - q) / nb) * (na + nb) / (na + nb - 1))
}
where <- function(f, low, high) uniroot(function(v) max(min(f(v), 1e6), -1e6), c(low, high), tol = 1e-15)$root
z <- qnorm(.975); e <- 1e-12
differences <- function(a, na, b, nb) { d <- a / na - b / nb
  c(lower = if (d == -1) -1 else where(function(v) z_difference(a, na, b, nb, v) - z, -1 + e, d - e), upper = if (d == 1) 1 else where(function(v) z_difference(a, na, b, nb, v) + z, d + e, 1 - e)) }
ratios <- function(a, na, b, nb) { l <- log(a / na / (b / nb))
  exp(c(ratio_lower = where(function(v) z_ratio(a, na, b, nb, exp(v)) - z, l - 8, l - e), ratio_upper = where(function(v) z_ratio(a, na, b, nb, exp(v)) + z, l + e, l + 8))) }
for (t in list(c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29), c(0, 10, 0, 20), c(0, 10, 0, 10), c(10, 10, 0, 20), c(10, 10, 0, 10), c(10, 10, 12, 12), c(0, 10, 0, 12), c(1, 300, 2, 5))) {
  case <- paste(t, collapse = " ")
  golden(case, "miettinen_nurminen", differences(t[1], t[2], t[3], t[4]), 1e-8, "root finding")
  if (t[1] > 0 && t[3] > 0) golden(case, "miettinen_nurminen", ratios(t[1], t[2], t[3], t[4]), 1e-8, "root finding")
}
golden("56 70 48 80", "miettinen_nurminen", c(seconds = seconds({differences(56, 70, 48, 80); ratios(56, 70, 48, 80)})), 1, "R, by root finding")
wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int
p <- c(56 / 70, 48 / 80); w <- rbind(wilson(56, 70), wilson(48, 80))
golden("56 70 48 80", "newcombe", c(lower = p[1] - p[2] - sqrt((p[1] - w[1, 1])^2 + (w[2, 2] - p[2])^2), upper = p[1] - p[2] + sqrt((w[1, 2] - p[1])^2 + (p[2] - w[2, 1])^2)), 1e-10, "prop.test, joined by squares")

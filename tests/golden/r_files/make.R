# Makes trial.rds, trial.rda and list.rds: synthetic, as R 4.2 writes them. Run in this folder.
trial <- data.frame(
  id = sprintf("P%03d", 1:6),
  arm = factor(c("A", "B", "A", "B", "A", "B"), levels = c("A", "B")),
  sex = factor(c("F", NA, "M", "F", "M", "F"), levels = c("F", "M")),
  age = c(70L, 71L, NA, 73L, 74L, 75L),
  walk = c(10.5, 11.25, 12, NA, NaN, 0.1),
  came = c(TRUE, FALSE, NA, TRUE, TRUE, FALSE),
  on = as.Date(c("2024-03-01", "2024-03-02", NA, "2024-03-04", "2024-02-29", "1969-12-31")),
  at = as.POSIXct("2024-03-01 23:30:00", tz = "Europe/Berlin") + 0:5 * 3600,
  note = c("fine", NA, "na\u00efve", "", "x", "y"),
  stringsAsFactors = FALSE
)
saveRDS(trial, "trial.rds", version = 3)
named <- data.frame(walk = c(1.5, 2.5), row.names = c("P001", "P002"))
other <- 1:3
save(trial, named, other, file = "trial.rda", version = 3, compress = "xz")
saveRDS(list(1, "a"), "list.rds", version = 3)

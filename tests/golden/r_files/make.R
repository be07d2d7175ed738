# Makes the files of this folder: synthetic, as R 4.2 writes them. Run in this folder.
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

# Classes that packages write, by their attributes, so that none of them is needed.
typed <- function(values, class, ...) structure(values, class = class, ...)
moments <- c(1709334000, 1709377200, NA)
classes <- data.frame(id = c("P1", "P2", "P3", "P4"))[c(1, 3, 4), , drop = FALSE]
# The bits of 2^53 + 1, which no double holds, and of -7; -0.0 is what is missing.
bits <- function(hex) {
  bytes <- strtoi(substring(hex, seq(1, 15, 2), seq(2, 16, 2)), 16L)
  readBin(as.raw(bytes), "double", endian = "big")
}
classes$whole <- typed(c(bits("0020000000000001"), bits("fffffffffffffff9"), -0.0), "integer64")
classes$took <- typed(c(10.5, 2, NA), "difftime", units = "mins")
classes$clock <- typed(c(630, 108000.5, NA), c("hms", "difftime"), units = "secs")
classes$day <- typed(c(19000L, 19001L, NA), c("IDate", "Date"))
classes$month <- typed(c(2025 + 1 / 12, 2025 + 11 / 12, NA), "yearmon")
classes$quarter <- typed(c(2025.25, 2025, NA), "yearqtr")
classes$parts <- as.POSIXlt(c("2024-03-01 10:00:00", "2024-03-02 00:00:00", NA), tz = "UTC")
classes$code <- typed(c(1, 2, 9), c("haven_labelled_spss", "haven_labelled", "vctrs_vctr", "double"),
  labels = c(Leaflet = 1, Class = 2, Unknown = 9), na_values = 9, label = "Arm of the trial")
classes$named <- c(a = 1.5, b = 2, c = NA)
classes$far <- typed(c(Inf, 10, NA), "Date")
classes$nowhere <- typed(moments, c("POSIXct", "POSIXt"))
classes$utc <- typed(moments, c("POSIXct", "POSIXt"), tzone = "UTC")
saveRDS(classes, "classes.rds", version = 3)
twice <- data.frame(walk = 1:2, walk = 3:4, check.names = FALSE)
lists <- matrix <- nested <- data.frame(id = 1:2)
lists$answers <- list(1:2, "x")
matrix$answers <- cbind(1:2, 3:4)
nested$answers <- data.frame(a = 1:2, b = 3:4)
save(twice, lists, matrix, nested, file = "odd.rda", version = 3)
save(list = character(0), file = "none.rda", version = 3)

# Fisher's exact test of tables larger than 2 x 2, of real data too, up to several hundred subjects; made tables are CRS-like grades.
source("sets.R")
made <- function(seed, n, rows, columns, tied) { set.seed(seed); a <- sample(length(rows), n, TRUE, rows); b <- ifelse(runif(n) < tied, pmin(a, length(columns)), sample(length(columns), n, TRUE, columns)); unclass(table(a, b)) }
tables <- list(
  of_340 = matrix(c(165,44,16,6,53,14,2,1,17,4,3,2,8,3,1,1), 4),
  of_340_related = made(4, 340, c(.8,.12,.05,.03), c(.8,.12,.05,.03), .25),
  of_300_flat = made(6, 300, c(.5,.3,.2), c(.4,.3,.3), .05),
  strongly_related = made(7, 120, c(.6,.3,.1), c(.6,.3,.1), .9),
  two_by_six = made(8, 150, c(.6,.4), c(.3,.2,.2,.1,.1,.1), .1),
  job = matrix(c(1,2,1,0,3,3,6,1,10,10,14,9,6,7,12,11), 4),
  hair_eye_women = unclass(HairEyeColor[,,2])[1:3,2:4])
one <- function(m) list(table=unname(apply(m, 1, function(r) as.list(unname(r)))), p=fisher.test(m, workspace=2e8)$p.value)
save_json(lapply(tables, one), "exact_tables.json")

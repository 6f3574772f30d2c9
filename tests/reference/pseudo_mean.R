# Regression on pseudo-observations of a restricted mean, left out one by one and without prodlim: primary biliary cirrhosis in months; geepack.
suppressMessages({library(survival); library(geepack); library(jsonlite)})
save_json <- function(x, file) write_json(x, file, digits=I(17), auto_unbox=TRUE, na="null", null="null")
p <- pbc[,c("time","status","sex","age","edema")]; p$time <- ceiling(p$time/30.4375); p$male <- as.integer(p$sex=="m"); p$any <- as.integer(p$status>0); n <- nrow(p)
most <- max(p$time); area <- function(d, h) { e <- tabulate(d$time[d$any==1], most); r <- rev(cumsum(rev(tabulate(d$time, most)))); s <- cumprod(ifelse(r>0, 1-e/pmax(r,1), 1)); sum(c(1, s[seq_len(h-1)])) }
# Times are whole months, so the area is a sum; it is that of survfit.
s <- survfit(Surv(time,any) ~ 1, p); k <- s$time < 60; stopifnot(abs(area(p,60) - sum(diff(c(0, s$time[k], 60))*c(1, s$surv[k]))) < 1e-9)
po <- function(h) { whole <- area(p, h); n*whole - (n-1)*sapply(seq_len(n), function(i) area(p[-i,], h)) }
one <- function(h, link) { d <- p; d$y <- po(h); d$id <- seq_len(n); g <- geese(y ~ age+male+edema, id=id, data=d, mean.link=link, corstr="independence", control=geese.control(epsilon=1e-13, maxit=200))
  list(t=h, link=link, coef=unname(g$beta), se=unname(sqrt(diag(g$vbeta)))) }
# Robust errors of the difference written out too: least squares and their sandwich.
plain <- function(h) { y <- po(h); x <- cbind(1, p$age, p$male, p$edema); b <- solve(crossprod(x), crossprod(x, y)); r <- as.vector(y - x %*% b); v <- solve(crossprod(x)); list(coef=as.vector(b), se=sqrt(diag(v %*% crossprod(x*r) %*% v))) }
save_json(list(pbc=as.list(p[,c("time","any","male","age","edema")]), fits=list(one(60,"identity"), one(60,"log"), one(36,"identity")), written_out=plain(60)), "pseudo_mean.json")

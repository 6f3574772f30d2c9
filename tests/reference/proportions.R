# Intervals of one proportion, tests of a 2 x 2 table, quantiles of type 7.
source("sets.R")
pairs <- list(c(0,5),c(1,1),c(0,1),c(3,3),c(1,20),c(10,23),c(18,23),c(24,30),c(24,34),c(21,23),c(34,43),c(9,43),c(500,1000))
interval <- function(x, n, level) { a <- 1-level; z <- qnorm(1-a/2); p <- x/n; b <- binom.test(x, n, conf.level=level)$conf.int
  w <- suppressWarnings(prop.test(x, n, conf.level=level, correct=FALSE))$conf.int; h <- z*sqrt(p*(1-p)/n); nt <- n+z^2; pt <- (x+z^2/2)/nt; ha <- z*sqrt(pt*(1-pt)/nt)
  clip <- function(v) pmin(1, pmax(0, v))
  list(count=x, total=n, level=level, "clopper-pearson"=as.numeric(b), wilson=as.numeric(w), wald=clip(c(p-h,p+h)), "wald-cc"=clip(c(p-h-.5/n,p+h+.5/n)),
       "agresti-coull"=clip(c(pt-ha,pt+ha)), student=if (n==1) c(0,1) else if (x %in% c(0,n)) c(p,p) else clip(as.numeric(t.test(rep(1:0, c(x,n-x)), conf.level=level)$conf.int)), jeffreys=c(if (x==0) 0 else qbeta(a/2,x+.5,n-x+.5), if (x==n) 1 else qbeta(1-a/2,x+.5,n-x+.5))) }
tables <- list(c(10,18,12,14),c(10,18,13,17),c(1,3,12,14),c(0,5,3,5),c(5,5,0,4),c(1,20,9,20),c(3,10,3,10),c(40,100,60,110),c(2,2,1,9))
association <- function(v) { m <- matrix(c(v[1],v[2]-v[1],v[3],v[4]-v[3]), 2, byrow=TRUE); n <- sum(m)
  x <- suppressWarnings(chisq.test(m, correct=FALSE)); y <- suppressWarnings(chisq.test(m)); n1 <- unname(x$statistic)*(n-1)/n
  point <- dhyper(m[1,1], sum(m[1,]), sum(m[2,]), sum(m[,1])); f <- fisher.test(m)$p.value
  list(table=v, pearson=list(unname(x$statistic), x$p.value), yates=list(unname(y$statistic), y$p.value), "n-1"=list(n1, pchisq(n1,1,lower.tail=FALSE)), fisher=f, "mid-p"=f-point/2) }
values <- list(c(4,1,9),c(2,2,2,8),c(7),c(1.5,2.25,3,10,11.75,40))
out <- list(intervals=c(lapply(pairs, function(v) interval(v[1],v[2],.95)), lapply(pairs, function(v) interval(v[1],v[2],.9))), tables=lapply(tables, association),
  summaries=lapply(values, function(v) list(values=I(v), quantiles=unname(quantile(v, c(0,.25,.5,.75,1))), mean=mean(v), sd=sd(v))))
save_json(out, "proportions.json")

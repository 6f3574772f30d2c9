# Differences of proportions, pairs, tables, ranks, correlation, cut-points and ROC curves.
source("sets.R"); suppressMessages({library(exactRankTests); library(maxstat); library(pROC)})
z <- qnorm(.975); wilson <- function(x, n) suppressWarnings(prop.test(x, n, correct=FALSE))$conf.int[1:2]
score_bounds <- function(x, m, y, n) { obs <- x/m-y/n; likely <- function(d) { f <- function(b) { a <- min(max(b+d,1e-15),1-1e-15); b <- min(max(b,1e-15),1-1e-15); -(x*log(a)+(m-x)*log(1-a)+y*log(b)+(n-y)*log(1-b)) }
    lo <- max(0,-d); hi <- min(1,1-d); b <- optimize(f, c(lo,hi), tol=1e-14)$minimum; c(b+d, b) }
  s <- function(d) { p <- likely(d); v <- (p[1]*(1-p[1])/m+p[2]*(1-p[2])/n)*(m+n)/(m+n-1); (obs-d)/sqrt(v) }
  c(uniroot(function(d) s(d)-z, c(-1+1e-9, obs), tol=1e-13)$root, uniroot(function(d) s(d)+z, c(obs, 1-1e-9), tol=1e-13)$root) }
difference <- function(v) { x <- v[1]; m <- v[2]; y <- v[3]; n <- v[4]; a <- x/m; b <- y/n; w <- suppressWarnings(prop.test(c(x,y), c(m,n), correct=FALSE))$conf.int[1:2]; i <- wilson(x,m); j <- wilson(y,n)
  p <- (x+1)/(m+2); q <- (y+1)/(n+2); h <- z*sqrt(p*(1-p)/(m+2)+q*(1-q)/(n+2))
  list(table=v, difference=a-b, wald=w, newcombe=c(a-b-sqrt((a-i[1])^2+(j[2]-b)^2), a-b+sqrt((i[2]-a)^2+(b-j[1])^2)), "agresti-caffo"=c(p-q-h, p-q+h), "miettinen-nurminen"=score_bounds(x,m,y,n)) }
pairs <- function(b, c, n) { m <- matrix(c((n-b-c)%/%2, b, c, n-b-c-(n-b-c)%/%2), 2); p <- mcnemar.test(m, correct=FALSE); k <- mcnemar.test(m); e <- binom.test(min(b,c), b+c)$p.value; bb <- b+.5; cc <- c+.5; nn <- n+2; h <- z*sqrt(bb+cc-(cc-bb)^2/nn)/nn
  list(only_first=b, only_second=c, pairs=n, exact=e, "mid-p"=2*pbinom(min(b,c),b+c,.5)-dbinom(min(b,c),b+c,.5), mcnemar=list(unname(p$statistic), p$p.value), "mcnemar-corrected"=list(unname(k$statistic), k$p.value), difference=(c-b)/n, interval=c((cc-bb)/nn-h, (cc-bb)/nn+h)) }
tables <- list(matrix(c(3,1,0,2,4,1,0,2,5),3), matrix(c(8,2,1,5,3,4),2), matrix(c(1,0,3,2,2,2,4,1,0,0,3,1),3), matrix(c(10,5,2,8,7,3,1,9,6,4,0,2),4), matrix(c(0,3,5,0,2,2),2), matrix(c(12,9,4,7,15,11),3))
table_tests <- function(m) { x <- suppressWarnings(chisq.test(m, correct=FALSE)); list(table=lapply(seq_len(nrow(m)), function(i) I(m[i,])), fisher=fisher.test(m, workspace=2e7)$p.value, chisq=list(unname(x$statistic), unname(x$parameter), x$p.value)) }
trends <- list(list(x=c(2,5,9), n=c(10,10,12), s=1:3), list(x=c(1,3,3,8), n=c(9,8,7,11), s=c(0,1,2,5)), list(x=c(4,4), n=c(9,5), s=1:2))
trend <- function(v) { r <- prop.trend.test(v$x, v$n, v$s); list(counts=v$x, totals=v$n, scores=v$s, statistic=unname(r$statistic), p=r$p.value) }
set.seed(11)
groups <- list(list(a=c(1.1,2.3,3.7,5.2), b=c(2.9,4.4,6.1,7.3,8.8)), list(a=c(1,2,2,3,5,8), b=c(2,4,5,5,7,9,9,12)), list(a=round(rnorm(18),3), b=round(rnorm(15,.5),3)), list(a=c(3,3,3), b=c(3,3,4)), list(a=round(rexp(20)*10), b=round(rexp(12)*14)))
quiet <- function(x) suppressWarnings(x)
rank_sum <- function(g) { e <- wilcox.exact(g$a, g$b)$p.value; n <- quiet(wilcox.test(g$a, g$b, exact=FALSE, correct=FALSE)); k <- quiet(wilcox.test(g$a, g$b, exact=FALSE)); untied <- !anyDuplicated(c(g$a,g$b))
  h <- if (untied) wilcox.test(g$a, g$b, exact=TRUE, conf.int=TRUE); list(a=g$a, b=g$b, w=unname(n$statistic), exact=e, normal=n$p.value, "normal-corrected"=k$p.value, shift=median(outer(g$a,g$b,"-")), interval=if (untied && attr(h$conf.int,"conf.level")==.95) h$conf.int[1:2]) }
pairs_of <- list(list(a=c(4.1,5.5,2.2,7.8,9.1,3.3,6.4), b=c(3.2,5.9,1.1,5.2,7.7,3.6,4.9)), list(a=c(1,2,3,4,5,6,2,9), b=c(2,2,1,6,3,3,2,5)), list(a=round(rnorm(22,1),3), b=round(rnorm(22),3)), list(a=c(0,3,3,0,4,0,5,2), b=c(1,0,0,0,0,1,0,2)))
signed <- function(g) { d <- g$a-g$b; e <- wilcox.exact(d)$p.value; n <- quiet(wilcox.test(d, exact=FALSE, correct=FALSE)); k <- quiet(wilcox.test(d, exact=FALSE)); w <- outer(d,d,"+")/2; untied <- !anyDuplicated(abs(d)) && all(d!=0); h <- if (untied) wilcox.test(d, exact=TRUE, conf.int=TRUE)
  list(a=g$a, b=g$b, v=unname(n$statistic), exact=e, normal=n$p.value, "normal-corrected"=k$p.value, shift=median(w[!lower.tri(w)]), interval=if (untied) h$conf.int[1:2]) }
xy <- list(list(x=c(1,2,3,4,5), y=c(2,1,4,3,6)), list(x=round(rnorm(9),2), y=round(rnorm(9),2)), list(x=round(rnorm(20),2), y=round(rnorm(20),1)), list(x=c(1,1,2,3,3,8,9), y=c(4,2,2,6,7,7,1)), list(x=round(rexp(34),3), y=round(rexp(34),3)))
correlate <- function(v) { p <- cor.test(v$x, v$y); s <- quiet(cor.test(v$x, v$y, method="spearman", exact=length(v$x)<10)); t <- quiet(cor.test(v$x, v$y, method="spearman", exact=FALSE)); r <- unname(s$estimate); n <- length(v$x); h <- z*sqrt((1+r^2/2)/(n-3))
  list(x=v$x, y=v$y, pearson=unname(p$estimate), interval=p$conf.int[1:2], p=p$p.value, rho=r, spearman_p=if (n<10) s$p.value else t$p.value, spearman_interval=c(tanh(atanh(r)-h), tanh(atanh(r)+h))) }
n <- 35; untied <- data.frame(time=sample(1:200, n), event=rbinom(n,1,.6), value=round(runif(n,0,98),1)); gbsg2 <- carried("gbsg2.csv")[1:150,]
cut <- function(d, share) { m <- lapply(c("Lau92","Lau94"), function(p) maxstat.test(Surv(time,event)~value, d, smethod="LogRank", pmethod=p, minprop=share, maxprop=1-share)); list(share=share, statistic=unname(m[[1]]$statistic), cut=unname(m[[1]]$estimate), n_cuts=length(m[[1]]$stats), "lausen-1992"=unname(m[[1]]$p.value), "lausen-1994"=unname(m[[2]]$p.value)) }
area <- function(y, x) { r <- roc(y, x, quiet=TRUE, direction="<"); i <- as.numeric(ci.auc(r, method="delong")); b <- coords(r, "best", best.method="youden", ret=c("threshold","sensitivity","specificity"), transpose=FALSE)[1,]; list(outcome=y, values=x, area=as.numeric(auc(r)), low=i[1], high=i[3], se=sqrt(var(r)), threshold=b$threshold, sensitivity=b$sensitivity, specificity=b$specificity) }
y <- rbinom(30,1,.5); x <- round(rnorm(30)+1.2*y,1); y2 <- c(1,1,1,0,0,1,0,0,1,0); x2 <- c(5,4,4,3,3,3,2,2,6,1)
save_json(list(differences=lapply(list(c(12,14,11,21),c(3,10,7,9),c(0,5,2,8),c(21,23,24,34),c(40,100,60,110),c(5,5,3,7)), difference), pairs=list(pairs(3,9,23),pairs(1,5,20),pairs(6,6,30),pairs(0,4,12),pairs(2,11,35)), tables=lapply(tables, table_tests), trends=lapply(trends, trend),
  rank_sum=lapply(groups, rank_sum), signed=lapply(pairs_of, signed), correlation=lapply(xy, correlate), cut=list(c(list(data=as.list(untied)), cut(untied,.1)), c(list(data=as.list(untied)), cut(untied,.25))), roc=list(area(y,x), area(y2,x2))), "comparisons.json")

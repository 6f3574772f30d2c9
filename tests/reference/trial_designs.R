# Exact tests against a rate, two-stage designs and the continual reassessment method written out, the win ratio by a loop over pairs.
source("sets.R")
exact <- function(x, n, p) list(given=c(x,n,p), greater=binom.test(x,n,p,"greater")$p.value, less=binom.test(x,n,p,"less")$p.value, "two-sided"=binom.test(x,n,p)$p.value)
two_stage <- function(r1, n1, r, n, p0, p1) { go <- function(p) { x <- (r1+1):n1; sum(dbinom(x,n1,p)*pbinom(r-x,n-n1,p,lower.tail=FALSE)) }; s <- pbinom(r1,n1,p0); list(r1=r1,n1=n1,r=r,n=n,p0=p0,p1=p1,alpha=go(p0),power=go(p1),expected=n1+(1-s)*(n-n1),stops=s) }
crm <- function(skeleton, x, n, target, sd) { like <- function(a) sapply(a, function(b) { p <- skeleton^exp(b); prod(p^x*(1-p)^(n-x))*exp(-b^2/2/sd^2) }); i <- function(f) integrate(function(a) f(a)*like(a), -6*sd, 6*sd, rel.tol=1e-12, subdivisions=2000)$value; a <- i(identity)/i(function(a) 1); p <- skeleton^exp(a); list(skeleton=skeleton, dlts=x, treated=n, target=target, sd=sd, mean=a, p=p, recommended=which.min(abs(p-target))-1) }
m <- myeloid[seq(1, nrow(myeloid), 8),]; m$relapsed <- !is.na(m$rltime); m$rtime <- ifelse(m$relapsed, m$rltime, m$futime)
win <- function(i, j) { one <- function(ta,ea,tb,eb) if (eb && (ta>tb || (ta==tb && !ea))) 1 else if (ea && (tb>ta || (ta==tb && !eb))) -1 else 0; d <- one(m$futime[i],m$death[i]==1,m$futime[j],m$death[j]==1); if (d!=0) return(c(d,0)); r <- one(m$rtime[i],m$relapsed[i],m$rtime[j],m$relapsed[j]); if (r!=0) return(c(r,1)); c(0,-1) }
A <- which(m$trt=="B"); B <- which(m$trt=="A"); s <- sapply(B, function(j) sapply(A, function(i) win(i,j)[1])); by <- sapply(B, function(j) sapply(A, function(i) win(i,j)[2]))
w <- mean(s>0); l <- mean(s<0); a <- rowMeans(s>0)/w-rowMeans(s<0)/l; b <- colMeans(s>0)/w-colMeans(s<0)/l
# Simon's designs by trying every one: slow and plain.
search <- function(p0, p1, most) { best <- list(); for (n in 2:most) for (n1 in 1:(n-1)) for (r1 in 0:(n1-1)) { x <- (r1+1):n1; a <- dbinom(x,n1,p0); b <- dbinom(x,n1,p1); if (sum(b)<.8) break
    for (r in r1:(n-1)) if (sum(a*pbinom(r-x,n-n1,p0,lower.tail=FALSE))<=.05) { if (sum(b*pbinom(r-x,n-n1,p1,lower.tail=FALSE))>=.8) { s <- pbinom(r1,n1,p0); best[[length(best)+1]] <- c(r1,n1,r,n,n1+(1-s)*(n-n1),s) }; break } }
  m <- do.call(rbind, best); o <- m[which.min(m[,5]),]; k <- m[m[,4]==min(m[,4]),,drop=FALSE]; list(p0=p0, p1=p1, optimal=o, minimax=k[which.min(k[,5]),]) }
boin <- function(f) { a <- .6*f; b <- 1.4*f; list(target=f, up=log((1-a)/(1-f))/log(f*(1-a)/(a*(1-f))), down=log((1-f)/(1-b))/log(b*(1-f)/(f*(1-b)))) }
save_json(list(search=list(search(.05,.25,24), search(.1,.3,40), search(.2,.4,50)), boin=lapply(c(.2,.25,.3,.35), boin), exact=list(exact(12,14,.6), exact(3,20,.3), exact(0,9,.1), exact(27,41,.5)), two_stage=list(two_stage(1,10,5,29,.1,.3), two_stage(1,15,5,25,.1,.3), two_stage(5,15,18,46,.3,.5)),
  crm=list(crm(c(.05,.12,.25,.4,.55), c(0,1,2,0,0), c(3,6,6,0,0), .25, sqrt(1.34)), crm(c(.1,.2,.3,.4), c(0,0,0,0), c(3,3,0,0), .3, sqrt(1.34)), crm(c(.08,.16,.33), c(2,0,0), c(3,0,0), .2, 1)),
  win=list(trt=m$trt, futime=m$futime, death=m$death, rtime=m$rtime, relapsed=as.integer(m$relapsed), ratio=w/l, se=sqrt(var(a)/length(a)+var(b)/length(b)), decided=list(c(sum(s>0&by==0),sum(s<0&by==0)), c(sum(s>0&by==1),sum(s<0&by==1))), ties=sum(s==0))), "trial_designs.json")

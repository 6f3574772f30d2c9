# Competing risks with Greenwood's variance and late entry; multi-state probabilities with their errors; real tied data of R's packages.
source("sets.R"); suppressMessages({library(etm); library(KMsurv)})
data(abortion, package="etm"); data(sir.cont, package="etm")
ab <- abortion[seq(1, nrow(abortion), 4),]
steps <- function(e, from, to) { v <- e$cov[paste(from,to), paste(from,to),]; list(time=I(e$time), p=I(e$est[from,to,]), variance=I(v)) }
tra <- matrix(FALSE, 4, 4); tra[1,2:4] <- TRUE
late <- data.frame(id=seq_len(nrow(ab)), entry=ab$entry, exit=ab$exit, from=0, to=ab$cause, group=ab$group)
late_fit <- etm(late, c("0","1","2","3"), tra, "cens", s=0)
m <- mgus2[seq(1, nrow(mgus2), 4),]; m$etime <- with(m, ifelse(pstat==0, futime, ptime)); m$kind <- with(m, ifelse(pstat==0, 2*death, 1))
mfit <- survfit(Surv(etime, factor(kind, 0:2, c("censor","pcm","death")))~1, m)
no_entry <- list(time=I(mfit$time), p=I(mfit$pstate[,2]), se=I(mfit$std.err[,2]))
# Multi-state: acute myeloid leukemia, remission, transplant, relapse, death; a day in common is put in order by halves of a day.
a <- myeloid; a$death_ <- ifelse(a$death==1, a$futime, NA)
mstate <- tmerge(a[,c("id","trt")], a, id=id, death=event(futime, death), cr=event(crtime), sct=event(txtime), relapse=event(rltime), priorcr=tdc(crtime))
mstate$what <- with(mstate, factor(cr + 2*sct + 4*relapse + 8*death, c(0,1,2,4,8), c("none","CR","SCT","relapse","death")))
mstate <- mstate[!is.na(mstate$what),]
mf <- survfit(Surv(tstart, tstop, what)~1, mstate, id=id)
long <- with(mstate, data.frame(id=id, from=as.character(NA), to=as.character(what), entry=tstart, exit=tstop)); 
current <- "entry"; for (i in seq_len(nrow(long))) { if (i==1 || long$id[i]!=long$id[i-1]) current <- "entry"; long$from[i] <- current; if (long$to[i]=="none") long$to[i] <- "cens" else current <- long$to[i] }
states <- c("entry","CR","SCT","relapse","death"); long <- long[!(long$from==long$to),]
allowed <- sapply(states, function(t) sapply(states, function(f) any(long$from==f & long$to==t)))
ef <- etm(long, states, allowed, "cens", s=0); e200 <- etm(long, states, allowed, "cens", s=200)
at <- c(100, 365, 1000, 2000)
read <- function(e, h) { i <- findInterval(h, e$time); if (i == 0) return(NULL)
  list(at=h, p=lapply(states, function(f) I(unname(e$est[f,,i]))), variance=lapply(states, function(f) lapply(states, function(t) { v <- e$cov[paste(f,t), paste(f,t), i]; unname(v) }))) }
table_of <- summary(mf, rmean=1500)$table
# residuals(type="sojourn") of survival 3.5.3 gives errors half as large as leaving out each patient in turn: so that is done.
without <- sapply(unique(mstate$id), function(i) { f <- survfit(Surv(tstart, tstop, what)~1, mstate[mstate$id!=i,], id=id, se.fit=FALSE); p <- rbind(f$p0, f$pstate); t <- c(0, f$time); k <- t<1500; colSums(p[k,] * diff(c(t[k], 1500))) })
jackknife <- apply(without, 1, function(x) sqrt((length(x)-1)/length(x)*sum((x-mean(x))^2)))
occupation <- lapply(at, function(h) { s <- summary(mf, times=h); list(at=h, p=I(c(s$pstate)), se=I(c(s$std.err))) })
save_json(list(late=list(data=as.list(ab[,c("entry","exit","cause")]), causes=lapply(1:3, function(k) steps(late_fit, "0", as.character(k)))),
  no_entry=list(time=m$etime, event=m$kind, fit=no_entry),
  myeloid=list(rows=as.list(long), states=I(states), occupation=occupation, order=I(mf$states), etm=lapply(at, function(h) read(ef, h)), landmark=list(at=200, read=lapply(at[-1], function(h) read(e200, h))),
    sojourn=list(horizon=1500, states=I(mf$states), mean=I(unname(table_of[,"rmean"])), se=I(unname(jackknife))))), "multi_state.json")

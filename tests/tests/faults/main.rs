//! Whatever fails, fails closed and soon: a worker or a broker that is killed or stopped, a kernel that refuses, a machine that
//! has nothing left. A call says so, nothing hangs, nothing is left behind, and no effect is without its record.
mod born;
mod brokers_killed;
mod exhausted;
mod fixture;
mod guests_that_fail;
mod host_filters;
mod life;
mod refused_by_the_kernel;
mod store;
mod workers_killed;
mod workers_stopped;

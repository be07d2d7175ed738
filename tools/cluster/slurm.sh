#!/bin/sh
# One node of Slurm on loopback, for tests: sh tools/cluster/slurm.sh start DIR | stop DIR | kill-node DIR | start-node DIR
# All it writes is in DIR: configuration, keys, state, logs. Nothing of /etc is touched, and `stop` ends what `start` began.
# Needs Debian's slurm-wlm and munge, and root, as slurmd does. Say `export SLURM_CONF=DIR/slurm.conf` to talk to it.
set -eu
say() { printf '%s\n' "$*" >&2; }
[ $# -eq 2 ] || { say "usage: slurm.sh start|stop|kill-node|start-node DIR"; exit 2; }
act=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
export SLURM_CONF="$dir/slurm.conf"

need() {
    for program in munged slurmctld slurmd; do
        [ -x "/usr/sbin/$program" ] || command -v "$program" >/dev/null || {
            say "Slurm is not here: apt-get install --no-install-recommends slurmctld slurmd slurm-client munge"
            exit 1
        }
    done
    [ "$(id -u)" = 0 ] || { say "slurmd needs root"; exit 1; }
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# More processors than there may be: a group of small jobs asks for one a job.
configure() {
    host=$(hostname -s)
    memory=$(awk '/MemTotal/ {print int($2 / 1024 * 0.9)}' /proc/meminfo)
    cat > "$dir/slurm.conf" <<EOF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
CryptoType=crypto/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
JobAcctGatherType=jobacct_gather/none
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000,sched_interval=2,bf_interval=5
ReturnToService=2
SlurmdTimeout=10
InactiveLimit=0
KillWait=2
MinJobAge=120
NodeName=$host NodeAddr=127.0.0.1 CPUs=8 RealMemory=$memory State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
}

wait_for() {
    for _ in $(seq 150); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.2
    done
    say "did not come up: $*"
    tail -n 5 "$dir"/*.log >&2 || true
    exit 1
}

node_is_ready() { sinfo -h -o %T | grep -q -E '^(idle|mixed|allocated)$'; }

start_node() {
    slurmd -c
    wait_for node_is_ready
}

end() {
    [ -f "$1" ] || return 0
    pid=$(cat "$1")
    kill "$2" "$pid" 2>/dev/null || true
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null || true
    rm -f "$1"
}

case $act in
start)
    need
    mkdir -p "$dir/state" "$dir/spool"
    chmod 0755 "$dir"
    configure
    dd if=/dev/urandom of="$dir/munge.key" bs=1024 count=1 2>/dev/null
    chmod 0400 "$dir/munge.key"
    munged --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munged.pid" \
        --log-file="$dir/munged.log" --seed-file="$dir/munged.seed"
    slurmctld -c
    wait_for scontrol ping
    start_node
    ;;
kill-node)
    # As when a machine loses power: the daemon and all that it has started.
    pkill -KILL -F "$dir/slurmd.pid" || true
    pkill -KILL -f "slurmstepd: .*" || true
    rm -f "$dir/slurmd.pid"
    ;;
start-node) start_node ;;
stop)
    scancel --quiet --user=root 2>/dev/null || true
    end "$dir/slurmd.pid" -TERM
    end "$dir/slurmctld.pid" -TERM
    end "$dir/munged.pid" -TERM
    ;;
*) say "unknown: $act"; exit 2 ;;
esac

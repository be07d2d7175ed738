#!/bin/sh
# One node of Slurm on loopback, for tests:
#   sh tools/cluster/slurm.sh install      Debian's packages, where they are missing (apt, root)
#   sh tools/cluster/slurm.sh start DIR    all that it writes is in DIR: configuration, keys, state, logs
#   sh tools/cluster/slurm.sh kill-node DIR | start-node DIR | stop DIR
# Nothing of /etc is touched, and `stop` ends what `start` began. To talk to it:
#   export SLURM_CONF=DIR/slurm.conf PATH=DIR/bin:$PATH
set -eu
say() { printf '%s\n' "$*" >&2; }
usage() { say "usage: slurm.sh install | slurm.sh start|stop|kill-node|start-node DIR"; exit 2; }

is_here() { for program in munged slurmctld slurmd sbatch srun; do command -v "$program" || return 1; done; }

# Packages start their daemons when they are installed; this file keeps them from it, and is gone afterwards.
install() {
    if is_here >/dev/null; then return; fi
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "Slurm is not here, and installing it needs root and apt: apt-get install --no-install-recommends $packages"
        exit 1
    fi
    say "Installing $packages"
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod 0755 "$policy"
    fi
    apt-get update -qq >/dev/null 2>&1 || true
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Twice as many processors as there are: a job spends half of its time on waiting (for Slurm, for files, for timers).
configure() {
    host=$(hostname -s)
    memory=$(awk '/MemTotal/ {print int($2 / 1024 * 0.9)}' /proc/meminfo)
    processors=$(($(nproc) * 2))
    cat > "$dir/slurm.conf" <<CONF
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
JobRequeue=0
ReturnToService=2
SlurmdTimeout=10
InactiveLimit=0
KillWait=2
MinJobAge=300
NodeName=$host NodeAddr=127.0.0.1 CPUs=$processors RealMemory=$memory State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
    # Snakemake's plugin starts job steps without SLURM_CONF, which a site with /etc/slurm/slurm.conf does not miss.
    mkdir -p "$dir/bin"
    printf '#!/bin/sh\nexport SLURM_CONF="%s"\nexec "%s" "$@"\n' "$SLURM_CONF" "$(command -v srun)" > "$dir/bin/srun"
    chmod 0755 "$dir/bin/srun"
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

start() {
    is_here >/dev/null || { say "Slurm is not here: sh tools/cluster/slurm.sh install"; exit 1; }
    [ "$(id -u)" = 0 ] || { say "slurmd needs root"; exit 1; }
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
}

start_node() {
    slurmd
    wait_for node_is_ready
}

# The processes of the jobs of this Slurm and of no other: its own daemons of job steps, and what they have started.
steps() {
    for process in /proc/[0-9]*; do
        if grep -qzx "SLURM_CONF=$SLURM_CONF" "$process/environ" 2>/dev/null; then
            if grep -qx slurmstepd "$process/comm" || grep -qz '^SLURM_JOB_ID=' "$process/environ"; then
                echo "${process#/proc/}"
            fi
        fi
    done 2>/dev/null
}

kill_steps() { for pid in $(steps); do kill -KILL "$pid" 2>/dev/null || true; done; }

end() {
    [ -f "$1" ] || return 0
    pid=$(cat "$1")
    kill "-$2" "$pid" 2>/dev/null || true
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null || true
    rm -f "$1"
}

[ $# -ge 1 ] || usage
packages="slurmctld slurmd slurm-client munge"
act=$1
if [ "$act" = install ]; then install; exit 0; fi
[ $# -eq 2 ] || usage
mkdir -p "$2"
dir=$(cd "$2" && pwd)
export SLURM_CONF="$dir/slurm.conf"

case $act in
start) start ;;
start-node) start_node ;;
kill-node)
    # As when a machine loses power: the daemon and all that it has started.
    end "$dir/slurmd.pid" KILL
    kill_steps
    ;;
stop)
    scancel --quiet --user=root 2>/dev/null || true
    end "$dir/slurmd.pid" TERM
    kill_steps
    end "$dir/slurmctld.pid" TERM
    end "$dir/munged.pid" TERM
    ;;
*) usage ;;
esac

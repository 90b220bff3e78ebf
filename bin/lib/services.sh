# shellcheck shell=bash
# Servers for bin/verify, to be sourced. Each runs on free ports of 127.0.0.1 with its data in the
# folder it is given, and is remembered in started_pids so that stop_services can end it. Servers that are on the
# machine already, such as those a package has started, are never touched.

started_pids=()

rabbitmq_program() {
  # The program itself, not the wrapper in the search path, which changes the user.
  local candidate
  for candidate in /usr/lib/rabbitmq/bin/rabbitmq-server "$(command -v rabbitmq-server || true)"; do
    if [[ -x $candidate ]] && command -v epmd >/dev/null; then
      echo "$candidate"
      return
    fi
  done
}

redis_program() {
  command -v redis-server || true
}

postgres_folder() {
  local candidate
  for candidate in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) \
    "$(dirname "$(command -v initdb || echo /nowhere/initdb)")"; do
    if [[ -x $candidate/postgres && -x $candidate/initdb ]]; then
      echo "$candidate"
      return
    fi
  done
}

# free_ports <count>: below the ports that systems give to outgoing connections, so that nobody gets
# one of them while its server is down.
free_ports() {
  python3 - "$1" <<'PYTHON'
import random, socket, sys

held = []
while len(held) < int(sys.argv[1]):
    try:
        held.append(socket.socket())
        held[-1].bind(("127.0.0.1", random.randint(12000, 31999)))
    except OSError:
        held.pop().close()
print(*(each.getsockname()[1] for each in held))
PYTHON
}

# await_ready <name> <pid> <log> <command...>: until the command succeeds, for at most 90 s.
await_ready() {
  local name=$1 pid=$2 log=$3 deadline=$((SECONDS + 90))
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "$pid" 2>/dev/null || ((SECONDS > deadline)); then
      echo "$name does not start; the end of its log:" >&2
      tail -n 30 "$log" >&2
      return 1
    fi
    sleep 0.1
  done
}

# The server greets a client of its protocol.
rabbitmq_answers() {
  python3 - "$1" <<'PYTHON'
import socket, sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 2) as client:
    client.sendall(b"AMQP\0\0\x09\x01")
    sys.exit(client.recv(1) != b"\x01")
PYTHON
}

# start_rabbitmq <program> <folder>: sets CELERY_JAVA_TEST_AMQP_URL.
start_rabbitmq() {
  local folder=$2 port distribution_port name_port variable
  read -r port distribution_port name_port < <(free_ports 3)
  mkdir -p "$folder"
  printf '[].' >"$folder/enabled_plugins"
  : >"$folder/rabbitmq-env.conf"
  cat >"$folder/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$port
disk_free_limit.absolute = 1MB
log.console = true
log.file = false
CONF
  # Started here, since a name server that RabbitMQ starts outlives it.
  epmd -port "$name_port" -address 127.0.0.1 >"$folder/epmd.out" 2>&1 </dev/null &
  started_pids+=($!)
  (
    for variable in "${!RABBITMQ_@}" "${!ERL_@}"; do
      unset "$variable"
    done
    export HOME=$folder # where Erlang keeps its cookie
    # The script then becomes the server instead of watching it, so that signals reach the server.
    export RUNNING_UNDER_SYSTEMD=true
    export ERL_EPMD_PORT=$name_port
    export RABBITMQ_NODENAME=rabbit@localhost
    export RABBITMQ_DIST_PORT=$distribution_port
    export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
    export RABBITMQ_CONF_ENV_FILE=$folder/rabbitmq-env.conf
    export RABBITMQ_CONFIG_FILE=$folder/rabbitmq.conf
    export RABBITMQ_ADVANCED_CONFIG_FILE=$folder/advanced.config
    export RABBITMQ_ENABLED_PLUGINS_FILE=$folder/enabled_plugins
    export RABBITMQ_PLUGINS_EXPAND_DIR=$folder/plugins
    export RABBITMQ_MNESIA_BASE=$folder/data
    export RABBITMQ_LOG_BASE=$folder/log
    export RABBITMQ_PID_FILE=$folder/pid
    exec "$1"
  ) >"$folder/out" 2>&1 </dev/null &
  started_pids+=($!)
  await_ready RabbitMQ $! "$folder/out" rabbitmq_answers "$port"
  export CELERY_JAVA_TEST_AMQP_URL=amqp://guest:guest@127.0.0.1:$port/%2F
}

# start_redis <program> <folder>: sets CELERY_JAVA_TEST_REDIS_URL.
start_redis() {
  local folder=$2 port
  port=$(free_ports 1)
  mkdir -p "$folder"
  "$1" --port "$port" --bind 127.0.0.1 --dir "$folder" --save '' --appendonly no \
    >"$folder/out" 2>&1 </dev/null &
  started_pids+=($!)
  await_ready Redis $! "$folder/out" grep -q 'Ready to accept connections' "$folder/out"
  export CELERY_JAVA_TEST_REDIS_URL=redis://127.0.0.1:$port/0
}

# start_postgres <folder of programs> <folder>: sets CELERY_JAVA_TEST_POSTGRES_URL.
start_postgres() {
  local folder=$2 port as_postgres=()
  port=$(free_ports 1)
  mkdir -p "$folder"
  if ((EUID == 0)); then # PostgreSQL refuses to run as root
    as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups)
    chmod 711 "$(dirname "$folder")" "$(dirname "$(dirname "$folder")")"
    chown postgres: "$folder"
  fi
  (
    cd "$folder"
    "${as_postgres[@]}" "$1/initdb" --pgdata data --username celery --auth trust --encoding UTF8 \
      --locale C --no-sync >initdb.out 2>&1 </dev/null || {
      cat initdb.out >&2
      exit 1
    }
    exec "${as_postgres[@]}" "$1/postgres" -D data -p "$port" -c listen_addresses=127.0.0.1 \
      -c unix_socket_directories= -c fsync=off >out 2>&1 </dev/null
  ) &
  started_pids+=($!)
  await_ready PostgreSQL $! "$folder/out" \
    "$1/createdb" --host 127.0.0.1 --port "$port" --username celery celery
  export CELERY_JAVA_TEST_POSTGRES_URL=postgresql://celery@127.0.0.1:$port/celery
}

# Newest first: RabbitMQ says goodbye to its name server.
stop_services() {
  local index pid deadline
  for ((index = ${#started_pids[@]} - 1; index >= 0; index--)); do
    pid=${started_pids[index]}
    kill "$pid" 2>/dev/null || continue
    deadline=$((SECONDS + 15))
    while kill -0 "$pid" 2>/dev/null; do
      if ((SECONDS > deadline)); then
        kill -9 "$pid" 2>/dev/null || true
      fi
      sleep 0.1
    done
  done
  started_pids=()
}

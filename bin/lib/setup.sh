# shellcheck shell=bash
# What bin/verify needs from the machine, to be sourced: finding JDKs, finding servers, installing
# packages.

jdk_major() {
  sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release" 2>/dev/null || true
}

# Sets newest_jdk, newest_version and floor_jdk (empty if there is no JDK 17).
find_jdks() {
  local candidate version path_java
  newest_jdk='' newest_version=0 floor_jdk=''
  path_java=$(readlink -f "$(command -v javac || echo /nowhere/bin/javac)")
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* \
    "${path_java%/bin/javac}"; do
    if [[ -z $candidate || ! -x $candidate/bin/javac ]]; then
      continue
    fi
    candidate=$(readlink -f "$candidate")
    version=$(jdk_major "$candidate")
    if [[ -n $version ]] && ((version >= 17)); then
      if ((version > newest_version)); then
        newest_jdk=$candidate newest_version=$version
      fi
      if ((version == 17)) && [[ -z $floor_jdk ]]; then
        floor_jdk=$candidate
      fi
    fi
  done
}

docker_works() {
  command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1
}

python_suits() {
  python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1
}

# Prints the Debian packages of what is missing, one a line.
missing_packages() {
  [[ -n $newest_jdk ]] || echo openjdk-17-jdk-headless
  command -v mvn >/dev/null || echo maven
  python_suits || printf '%s\n' python3 python3-venv
  if ! $use_docker; then
    [[ -n $(rabbitmq_program) ]] || echo rabbitmq-server
    [[ -n $(redis_program) ]] || echo redis-server
    [[ -n $(postgres_folder) ]] || echo postgresql
  fi
}

# Installs as root; says what is missing and ends otherwise.
install_what_is_missing() {
  local missing
  use_docker=false
  if docker_works; then
    use_docker=true
  fi
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)); then
    return
  fi
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    echo "missing on this machine: ${missing[*]}" >&2
    echo "Install these packages (as root: apt-get install ${missing[*]}) and run this again." >&2
    exit 2
  fi
  phase "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } \
    >"$work/apt.log" 2>&1 </dev/null; then
    tail -n 20 "$work/apt.log" >&2
    echo "could not install: ${missing[*]}" >&2
    exit 2
  fi
  find_jdks
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} > 0)); then
    echo "installed, and still not usable: ${missing[*]}" >&2
    exit 2
  fi
}

# start_missing_services <name>: the servers that are programs here, with their data below
# $work/<name>; the tests start the others in containers.
start_missing_services() {
  local program folder=$work/$1
  program=$(rabbitmq_program)
  if [[ -n $program ]]; then
    start_rabbitmq "$program" "$folder/rabbitmq"
    phase "$1: RabbitMQ at ${CELERY_JAVA_TEST_AMQP_URL#*@}"
  fi
  program=$(redis_program)
  if [[ -n $program ]]; then
    start_redis "$program" "$folder/redis"
    phase "$1: Redis at ${CELERY_JAVA_TEST_REDIS_URL#*//}"
  fi
  program=$(postgres_folder)
  if [[ -n $program ]]; then
    start_postgres "$program" "$folder/postgres"
    phase "$1: PostgreSQL at ${CELERY_JAVA_TEST_POSTGRES_URL#*@}"
  fi
}

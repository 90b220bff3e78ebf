# Sourced by the scripts that run Java: finds a JDK, builds a module if its sources are newer than what was built, and
# tells its class path. Needs $here, the top of the checkout.

# Sets $java to the java command of JAVA_HOME, or else of the PATH; 17 or newer.
java_command() {
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  local version
  version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  if [[ -z $version || $version -lt 17 ]]; then
    echo "A JDK 17 or newer is needed, on the PATH or in JAVA_HOME; '$java' is ${version:-not one}." >&2
    exit 2
  fi
}

# Prints the class path of module $1, building it and what it needs first.
module_classpath() {
  local module=$1 file=$here/$1/target/classpath.txt
  if [[ ! -f $file || -n $(find "$here/pom.xml" "$here"/*/pom.xml "$here"/*/src/main -newer "$file" -print -quit) ]]; then
    command -v mvn >/dev/null || {
      echo "Maven is needed to build $module: install it, for example with 'apt-get install maven'." >&2
      exit 2
    }
    echo "Building $module, the first time this takes a minute …" >&2
    (cd "$here" && mvn -q -B -ntp -Dgates=false -DwithoutTests -pl "$module" -am compile \
      org.apache.maven.plugins:maven-dependency-plugin:build-classpath \
      -DincludeScope=runtime -Dmdep.outputFile=target/classpath.txt >&2)
  fi
  printf '%s:%s' "$here/$module/target/classes" "$(cat "$file")"
}

# SPDX-License-Identifier: Apache-2.0
# What tools/run, tools/test and tools/check share; sourced, with $root the repository's folder.

build_packages=(libopenblas-dev libpng-dev libjpeg-dev zlib1g-dev libgpiod-dev libi2c-dev
  liblz4-dev)

fail() { # TEXT [EXIT CODE]
  echo "tools/$(basename "$0"): $1" >&2
  exit "${2:-1}"
}

# Puts a Swift toolchain on the PATH. Debian's package has one beside it unless its
# installation was asked for a /usr/bin/swift: that name may belong to OpenStack's client.
find_swift() {
  local folder
  for folder in "$(dirname "$(command -v swift || echo /none/swift)")" /usr/libexec/swift/bin; do
    if [[ -x $folder/swift ]] && "$folder/swift" --version 2> /dev/null | grep -q 'Swift version'
    then
      export PATH=$folder:$PATH
      return
    fi
  done
  local id='' release=0
  if [[ -r /etc/os-release ]]; then
    id=$(. /etc/os-release && echo "${ID:-}")
    release=$(. /etc/os-release && echo "${VERSION_ID:-0}")
  fi
  if [[ $id == debian || $id == raspbian ]] && ((${release%%.*} >= 13)); then
    fail "there is no Swift toolchain: apt install swiftlang" 2
  fi
  fail "there is no Swift toolchain (6.0 or newer): https://www.swift.org/install/linux/" 2
}

# Installs those of the packages that are missing, as root or with sudo.
install_missing() { # PACKAGE...
  local package missing=() as_root=()
  for package in "$@"; do
    dpkg -s "$package" 2> /dev/null | grep -q '^Status:.* installed$' || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo > /dev/null ||
      fail "missing packages; as root: apt-get install ${missing[*]}" 2
    as_root=(sudo)
  fi
  as_root+=(env DEBIAN_FRONTEND=noninteractive)
  echo "Installing ${missing[*]}" >&2
  quietly "${as_root[@]}" apt-get update
  quietly "${as_root[@]}" apt-get install --yes --no-install-recommends "${missing[@]}"
}

# Runs a command without its output, unless it fails; NOTE is said if it takes long.
quietly() { # [--note NOTE] COMMAND...
  local note='' log code=0 noting=''
  if [[ $1 == --note ]]; then note=$2; shift 2; fi
  log=$(mktemp)
  if [[ $note ]]; then
    (sleep 3 && echo "$note" >&2) > /dev/null &
    noting=$!
  fi
  "$@" > "$log" 2>&1 < /dev/null || code=$?
  if [[ $noting ]]; then kill "$noting" 2> /dev/null || true; fi
  if ((code)); then cat "$log" >&2; fi
  rm -f "$log"
  ((code == 0)) || fail "failed with $code: $*" "$code"
}

# Everything that is needed to build, then the command itself: its path is left in $umwelt.
build_umwelt() {
  find_swift
  install_missing "${build_packages[@]}"
  quietly --note 'Building umwelt (a few minutes the first time)' \
    swift build --package-path "$root" -c release --product umwelt
  umwelt=$(swift build --package-path "$root" -c release --show-bin-path)/umwelt
}

# SPDX-License-Identifier: Apache-2.0
# Python environments outside the repository; sourced after setup.bash.

# An environment in FOLDER that holds what REQUIREMENTS says. The folder is named after the file's
# contents by the caller, so that it never has to be brought up to date.
python_environment() { # FOLDER REQUIREMENTS
  [[ -e $1/complete ]] && return
  command -v python3 > /dev/null || fail "python3 is missing: apt-get install python3 python3-venv"
  rm -rf "$1"
  mkdir -p "$(dirname "$1")"
  python3 -m venv "$1" || fail "python3 has no venv: apt-get install python3-venv"
  # PyTorch's own index has wheels without CUDA; it is asked only where pip would get CUDA ones.
  local index=() settings
  settings=$("$1/bin/pip" config list 2> /dev/null) || settings=''
  if [[ $(uname -m) == x86_64 && $settings != *.find-links=* ]] && grep -q '^torch' "$2"; then
    index=(--extra-index-url https://download.pytorch.org/whl/cpu)
  fi
  "$1/bin/pip" install --quiet "${index[@]}" -r "$2" || fail "could not install $2"
  touch "$1/complete"
}

hash_of() { # FILE...
  local sum
  sum=$(cat "$@" | sha256sum)
  echo "${sum:0:12}"
}

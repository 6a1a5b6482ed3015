# SPDX-License-Identifier: Apache-2.0
# Python environments, named after what they have to hold; sourced, with `fail` defined.

# Makes an environment in FOLDER, named after the requirements' contents, unless it is there;
# its path is left in $venv. PACKAGEs are installed without what they depend on.
make_environment() { # FOLDER REQUIREMENTS [PACKAGE...]
  local folder=$1 requirements=$2
  shift 2
  venv=$folder/$(hash_of "$requirements" <(printf '%s\n' "$@"))
  [[ -e $venv/complete ]] && return
  echo "Installing the Python packages of ${requirements#"$root"/}" >&2
  command -v python3 > /dev/null ||
    fail "python3 is missing: apt-get install python3 python3-venv"
  rm -rf "$venv"
  mkdir -p "$folder"
  python3 -m venv "$venv" || fail "python3 has no venv: apt-get install python3-venv"
  # PyTorch's own index has wheels without CUDA; it is asked only where pip would get CUDA ones.
  local index=() settings
  settings=$("$venv/bin/pip" config list 2> /dev/null) || settings=''
  if [[ $(uname -m) == x86_64 && $settings != *.find-links=* ]] && grep -q '^torch' "$requirements"
  then
    index=(--extra-index-url https://download.pytorch.org/whl/cpu)
  fi
  "$venv/bin/pip" install --quiet "${index[@]}" -r "$requirements" ||
    fail "could not install $requirements"
  if (($#)); then
    "$venv/bin/pip" install --quiet --no-deps "$@" || fail "could not install $*"
  fi
  touch "$venv/complete"
}

# Twelve digits that say what FILEs hold.
hash_of() { # FILE...
  local sum
  sum=$(cat "$@" | sha256sum)
  echo "${sum:0:12}"
}

# SPDX-License-Identifier: Apache-2.0
# The aarch64 rig, sourced by tools/cross, tools/test and tools/count after setup.bash: Debian
# packages unpacked, not installed, into $cross, and a chroot to build in.
#
#   $cross/root-amd64     Debian 13, amd64: swiftlang 6.0.3, git, libraries; the chroot
#   $cross/sysroot-arm64  Debian 13, arm64: what programs for aarch64 are built against and run on
#   $cross/qemu-user      Debian 13's qemu-aarch64 (static): runs the tests
#   $cross/qemu-plugins   Debian 12's qemu-aarch64 7.2: takes plugins, for tools/count
#   $cross/home           HOME inside the chroot
#   $cross/apt            indices and downloads while any of these is made
#
# Each folder is made under another name and renamed when complete, so an interrupted run resumes
# with the folder it was in; downloads resume where they stopped.

# Raise it when what the folders hold changes; older ones can then be deleted.
cross_version=1
cross=${XDG_CACHE_HOME:-$HOME/.cache}/umwelt/cross-$cross_version

cross_swift=/usr/libexec/swift # Debian's place for it.
cross_libraries=(libc6-dev libstdc++-14-dev libgcc-14-dev libopenblas-dev libpng-dev
  libjpeg62-turbo-dev zlib1g-dev libgpiod-dev libi2c-dev)
cross_root=(swiftlang git ca-certificates base-files base-passwd bash coreutils dash findutils grep
  libc-bin mawk sed tzdata)

# This machine's own mirror of Debian, or $UMWELT_DEBIAN_MIRROR.
debian_mirror() {
  local mirror=${UMWELT_DEBIAN_MIRROR:-}
  # ORIGIN is known only after an `apt-get update`; the component is always known.
  [[ $mirror ]] || mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' \
    'Created-By: Packages' 2> /dev/null | sed -n 's/^Debian Debian //p' | sed 1q)
  [[ $mirror ]] || fail "apt's sources name no mirror of Debian that has been read. As root:
apt-get update; on a machine that is not Debian, name one in UMWELT_DEBIAN_MIRROR" 2
  echo "$mirror"
}

# Runs apt-get on an empty system of that suite, which knows nothing of this machine's packages.
# Downloads go to $cross/apt/SUITE-ARCH/cache/archives.
apt_in() { # SUITE ARCH ARGUMENT...
  local folder=$cross/apt/$1-$2 suite=$1 arch=$2 mirror
  shift 2
  if [[ ! -e $folder/ready ]]; then
    mirror=$(debian_mirror)
    mkdir -p "$folder/state" "$folder/cache/archives/partial"
    : > "$folder/status"
    cat > "$folder/debian.sources" << END
Types: deb
URIs: $mirror
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
    # The machine's own configuration is read first: a proxy in it counts, its hooks do not.
    cat > "$folder/apt.conf" << END
#clear APT::Update;
#clear DPkg;
#clear APT::Architectures;
Dir::State "$folder/state";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
Dir::Etc::sourcelist "$folder/debian.sources";
Dir::Etc::sourceparts "-";
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
END
    quietly apt-get -c "$folder/apt.conf" update
    touch "$folder/ready"
  fi
  (cd "$folder/cache/archives" && quietly apt-get -c "$folder/apt.conf" --yes "$@")
}

# Unpacks all that was downloaded for a suite into a folder, but for the tar patterns given.
unpack() { # SUITE ARCH FOLDER [--exclude=PATTERN…]
  local package archives=$cross/apt/$1-$2/cache/archives folder=$3
  shift 3
  mkdir -p "$folder/usr/"{bin,sbin,lib,lib64}
  # Debian 13 has them so; an older package may still bring files under the old names.
  local name
  for name in bin sbin lib lib64; do ln -sfn "usr/$name" "$folder/$name"; done
  for package in "$archives"/*.deb; do
    dpkg-deb --fsys-tarfile "$package" |
      tar -x -C "$folder" --keep-directory-symlink --no-same-owner "$@" ||
      fail "cannot unpack $package: delete it and run again"
  done
}

# Debian's scripts, which are not run, would make OpenBLAS's link through update-alternatives.
link_openblas() { # FOLDER TRIPLET
  local library
  for library in "$1/usr/lib/$2"/openblas-pthread/{libopenblas.so,libopenblas.so.0}; do
    ln -sfn "openblas-pthread/$(basename "$library")" "$1/usr/lib/$2/$(basename "$library")"
  done
  for library in "$1/usr/include/$2"/openblas-pthread/*.h; do
    ln -sfn "openblas-pthread/$(basename "$library")" "$1/usr/include/$2/$(basename "$library")"
  done
}

make_root_amd64() { # FOLDER
  apt_in trixie amd64 install --download-only "${cross_root[@]}" "${cross_libraries[@]}"
  unpack trixie amd64 "$1" --exclude='*/swift/lib/swift*/embedded' --exclude='*/liblldb*' \
    --exclude='*/bin/lldb*' --exclude='*/share/doc' --exclude='*/share/man'
  link_openblas "$1" x86_64-linux-gnu
  cp "$1/usr/share/base-passwd/passwd.master" "$1/etc/passwd"
  cp "$1/usr/share/base-passwd/group.master" "$1/etc/group"
  mkdir -p "$1/"{proc,dev,sys,tmp,run,root}
}

make_sysroot_arm64() { # FOLDER
  apt_in trixie arm64 install --download-only libswiftlang "${cross_libraries[@]}"
  # Its dependencies are a compiler's: only the modules and static libraries are wanted.
  apt_in trixie arm64 download swiftlang
  unpack trixie arm64 "$1" --exclude='./usr/libexec/swift/bin' --exclude='*/lib/swift/host' \
    --exclude='*/swift/lib/swift*/embedded' --exclude='./usr/libexec/swift/lib/lib*' \
    --exclude='*/FrameworkABIBaseline' --exclude='./usr/bin' --exclude='*/share/doc' \
    --exclude='*/share/man'
  link_openblas "$1" aarch64-linux-gnu
}

make_qemu_user() { # FOLDER
  apt_in trixie amd64 download qemu-user
  mkdir -p "$1"
  dpkg-deb --fsys-tarfile "$cross/apt/trixie-amd64/cache/archives"/qemu-user_*.deb |
    tar -x -C "$1" --no-same-owner --strip-components=3 ./usr/bin/qemu-aarch64
}

make_qemu_plugins() { # FOLDER
  apt_in bookworm amd64 install --download-only qemu-user
  unpack bookworm amd64 "$1" --exclude='*/share' --exclude='./usr/bin/qemu-[b-z]*' \
    --exclude='./usr/bin/qemu-a[!a]*'
}

# Makes those of the folders named that are not there yet.
need() { # FOLDER…
  local name
  command -v dpkg-deb > /dev/null || fail "needs Debian's apt and dpkg, which are not here" 2
  mkdir -p "$cross/home"
  exec {lock}> "$cross/lock"
  flock --nonblock "$lock" || {
    echo "Waiting for another run that is making $cross" >&2
    flock "$lock"
  }
  for name in "$@"; do
    [[ -e $cross/$name ]] && continue
    echo "Making $cross/$name" >&2
    rm -rf "$cross/$name.partial"
    "make_${name//-/_}" "$cross/$name.partial"
    mv "$cross/$name.partial" "$cross/$name"
    rm -rf "$cross/apt"/*/cache/archives/*.deb
  done
  exec {lock}>&-
}

# The repositories that this machine's git reads in place of others: lines of `url… path`.
git_rewrites() {
  git config --get-regexp '^url\..*\.insteadof$' || true
}

# Runs a command in root-amd64 in this folder, with the repository, the cache and the local copies
# of Swift packages at their own paths.
in_root() { # COMMAND…
  local binds=("$root" "$cross") key value path unshare=(unshare --mount)
  : > "$cross/home/.gitconfig.partial"
  while read -r key value; do
    path=${key#url.}
    path=${path%.insteadof}
    git config --file "$cross/home/.gitconfig.partial" --add "$key" "$value"
    if [[ $path == /* && -d $path ]]; then binds+=("${path%/}"); fi
  done < <(git_rewrites)
  git config --file "$cross/home/.gitconfig.partial" safe.directory '*'
  mv "$cross/home/.gitconfig.partial" "$cross/home/.gitconfig"
  # Another user than root is root in a namespace of its own.
  if ((EUID != 0)); then unshare+=(--user --map-root-user); fi
  "${unshare[@]}" bash -c '
    set -euo pipefail
    root=$1 home=$2 count=$3
    shift 3
    for folder in /proc /dev /sys "${@:1:count}"; do
      mkdir -p "$root$folder"
      mount --rbind "$folder" "$root$folder"
    done
    shift "$count"
    mount -t tmpfs tmpfs "$root/tmp"
    for file in /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt; do
      [[ -e $file ]] || continue
      mkdir -p "$(dirname "$root$file")"
      touch "$root$file"
      mount --bind "$file" "$root$file"
    done
    chroot "$root" /usr/sbin/ldconfig
    exec chroot "$root" /usr/bin/env -i HOME="$home" PATH='"$cross_swift"'/bin:/usr/bin \
      LANG=C.UTF-8 TERM="${TERM:-dumb}" bash -c "cd \"\$0\" && exec \"\$@\"" "$PWD" "$@"
  ' in_root "$cross/root-amd64" "$cross/home" "${#binds[@]}" "${binds[@]}" "$@"
}

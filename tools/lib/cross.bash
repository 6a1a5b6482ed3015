# SPDX-License-Identifier: Apache-2.0
# The aarch64 rig, sourced by tools/cross, tools/test and tools/count after setup.bash: Debian
# packages unpacked, not installed, into $cross, and a chroot to build in.
#
#   $cross/root-amd64     Debian 13, amd64: swiftlang 6.0.3, git, libraries; the chroot
#   $cross/sysroot-arm64  Debian 13, arm64: what programs for aarch64 are built against and run on
#   $cross/qemu-user      Debian 13's qemu-aarch64 (static): runs the tests
#   $cross/qemu-plugins   Debian 12's qemu-aarch64 7.2: takes plugins, for tools/count
#   $cross/home           HOME inside the chroot, with this machine's rules on where git reads
#   $cross/apt            indices and downloads while any of these is made
#
# Each folder is made under another name and renamed when complete, so an interrupted run resumes
# with the folder it was in; downloads resume where they stopped.

# Raise it when what the folders hold changes; older ones can then be deleted.
cross_version=2
cross=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/umwelt/cross-$cross_version

cross_swift=/usr/libexec/swift # Debian's place for it.
cross_libraries=(libc6-dev libstdc++-14-dev libgcc-14-dev libopenblas-dev libpng-dev
  libjpeg62-turbo-dev zlib1g-dev libgpiod-dev libi2c-dev liblz4-dev)
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
    quietly apt-get -c "$folder/apt.conf" update --error-on=any
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
      fail "cannot unpack $package into $folder, for the reason above"
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
  # The compiler warns where it is missing.
  echo '{"CanonicalName": "linux", "DisplayName": "Debian 13", "Version": "13.0",
"MaximumDeploymentTarget": "13.0"}' > "$1/SDKSettings.json"
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
  rm -rf "$cross/apt"
  exec {lock}>&-
}

# The rules by which this machine's git reads other repositories in place of those named: lines of
# `url.PATH.insteadof URL`.
git_rewrites() {
  git config --get-regexp '^url\..*\.insteadof$' || true
}

# Runs a command in root-amd64 in this folder, with the repository, the cache and the local copies
# of Swift packages at their own paths.
in_root() { # COMMAND…
  local binds=("$root" "$cross") key value path unshare=(unshare --mount)
  : > "$cross/home/.gitconfig.$$"
  while read -r key value; do
    path=${key#url.}
    path=${path%.insteadof}
    git config --file "$cross/home/.gitconfig.$$" --add "$key" "$value"
    if [[ $path == /* && -d $path ]]; then binds+=("${path%/}"); fi
  done < <(git_rewrites)
  git config --file "$cross/home/.gitconfig.$$" safe.directory '*'
  mv "$cross/home/.gitconfig.$$" "$cross/home/.gitconfig"
  # Another user than root is root in a namespace of its own.
  if ((EUID != 0)); then unshare+=(--user --map-root-user); fi
  "${unshare[@]}" bash -c '
    set -euo pipefail
    root=$1 home=$2 path=$3 count=$4
    shift 4
    mount -t tmpfs tmpfs "$root/tmp"
    for folder in /proc /dev /sys "${@:1:count}"; do
      mkdir -p "$root$folder"
      mount --rbind "$folder" "$root$folder"
    done
    shift "$count"
    for file in /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt; do
      [[ -e $file ]] || continue
      mkdir -p "$(dirname "$root$file")"
      touch "$root$file"
      mount --bind "$file" "$root$file"
    done
    exec chroot "$root" /usr/bin/env -i HOME="$home" PATH="$path" LANG=C.UTF-8 \
      TERM="${TERM:-dumb}" UMWELT_ISA="${UMWELT_ISA:-}" \
      bash -c "cd \"\$0\" && exec \"\$@\"" "$PWD" "$@"
  ' in_root "$cross/root-amd64" "$cross/home" "$cross_swift/bin:/usr/bin" \
    "${#binds[@]}" "${binds[@]}" "$@"
}

# How SwiftPM builds for the sysroot. The programs look for Swift's libraries where Debian has them.
arm64_destination() {
  local sysroot=$cross/sysroot-arm64 file=$cross/home/arm64.json
  cat > "$file.$$" << END
{
  "version": 1,
  "sdk": "$sysroot",
  "toolchain-bin-dir": "$cross_swift/bin",
  "target": "aarch64-unknown-linux-gnu",
  "dynamic-library-extension": "so",
  "extra-cc-flags": ["-fPIC"],
  "extra-swiftc-flags": [
    "-use-ld=lld", "-sdk", "$sysroot", "-resource-dir", "$sysroot$cross_swift/lib/swift",
    "-no-toolchain-stdlib-rpath", "-Xlinker", "-rpath=$cross_swift/lib/swift/linux"
  ],
  "extra-cpp-flags": ["-lstdc++"]
}
END
  mv "$file.$$" "$file"
  echo "$file"
}

# Builds in release with Debian 13's Swift for arm64 or amd64 and leaves the folder of what was
# built in $built. The compilers' warnings are shown once each; there should be none.
cross_build() { # ARCH SWIFT-BUILD-ARGUMENT…
  local arch=$1 log code=0 build=(swift build --disable-sandbox -c release)
  shift
  need root-amd64
  build+=(--package-path "$root" --scratch-path "$root/.build-$arch")
  if [[ $arch == arm64 ]]; then
    need sysroot-arm64
    build+=(--destination "$(arm64_destination)")
  fi
  log=$(mktemp)
  (sleep 3 && echo "Building for $arch (a few minutes the first time)" >&2) > /dev/null &
  in_root "${build[@]}" "$@" > "$log" 2>&1 < /dev/null || code=$?
  kill $! 2> /dev/null || true
  if ((code)); then
    cat "$log" >&2
    rm -f "$log"
    fail "the build for $arch failed with $code; the same by hand: tools/cross shell" 1
  fi
  grep -E '^[^ ].*(warning|error): |^(warning|error): ' "$log" | sort -u >&2 || true
  rm -f "$log"
  built=$(in_root "${build[@]}" --show-bin-path)
}

# Runs an aarch64 program as that CPU would: AT_HWCAP is the chip's, and what it lacks traps.
# Programs that it starts are emulated too, where the kernel has binfmt_misc in user namespaces
# (6.7); elsewhere these fail to start. UMWELT_EMULATED is set: tests of speed mean nothing here.
emulate() { # CPU COMMAND…
  local cpu=$1 qemu=$cross/qemu-user/qemu-aarch64 wrapper=$cross/qemu-user/$1
  shift
  need qemu-user sysroot-arm64
  # The kernel starts it with the program's path and its argument zero.
  cat > "$wrapper.$$" << END
#!/bin/sh
program=\$1 zero=\$2
shift 2
exec '$qemu' -cpu $cpu -L '$cross/sysroot-arm64' -0 "\$zero" "\$program" "\$@"
END
  chmod +x "$wrapper.$$"
  mv "$wrapper.$$" "$wrapper"
  env -u LD_LIBRARY_PATH -u LD_PRELOAD UMWELT_EMULATED="$cpu" \
    unshare --user --map-root-user --mount bash -c '
    elf="\x7fELF\x02\x01\x01" mask="\xff\xff\xff\xff\xff\xff\xff\x00"
    {
      mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc &&
        printf "%s" ":aarch64:M::$elf\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:" \
          "$mask\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:$1:P" \
          > /proc/sys/fs/binfmt_misc/register
    } 2> /dev/null
    exec "$@"
  ' emulate "$wrapper" "$1" "$@"
}

cross_cpus='cortex-a53 cortex-a72 cortex-a76 max'
known_cpu() { # CPU
  [[ " $cross_cpus " == *" $1 "* ]] || fail "no CPU is called '$1'; there are $cross_cpus" 2
}

known_arch() { # ARCH
  [[ $1 == arm64 || $1 == amd64 ]] ||
    fail "no architecture is called '$1'; there are arm64 and amd64" 2
}

# SPDX-License-Identifier: Apache-2.0
# A computer with Linux's own drivers to test against, sourced by tools/hil/run after setup.bash and
# cross.bash: an emulated arm64 machine, Debian's stock kernel, and devices that are simulated
# outside it or by the kernel itself.
#
#   /dev/i2c-N      i2c-tiny-usb over usb-redir: our register-level fake chips, with live physics
#   /dev/gpiochipN  gpio-sim, which is in no Debian kernel: built here for that kernel
#   /dev/videoN     vivid
#   /dev/watchdogN  i6300esb, whose resets QEMU reports
#
#   $hil/qemu       Debian 13, amd64: qemu-system-aarch64 and its libraries; a chroot
#   $hil/guest      arm64: vmlinuz, busybox, the modules in the order of loading
#
# Each folder is made under another name and renamed when complete, as in cross.bash.

# Raise it when what the folders hold changes; older ones can then be deleted.
hil_version=1
hil=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/umwelt/hil-$hil_version

hil_modules=(i2c-dev i2c-tiny-usb vivid i6300esb configfs xhci-pci virtio_pci virtio_mmio 9p
  9pnet_virtio virtio_console overlay)

# Archives of packages, wherever apt_in put them, go into a folder and away.
unpack_all() { # FOLDER
  local suite_arch
  for suite_arch in "$cross/apt"/*; do
    [[ -n $(find "$suite_arch/cache/archives" -name '*.deb' -print -quit) ]] || continue
    unpack trixie "${suite_arch##*-}" "$1" --exclude='*/share/doc' --exclude='*/share/man'
    rm -f "$suite_arch/cache/archives"/*.deb
  done
}

make_hil_qemu() { # FOLDER
  apt_in trixie amd64 install --download-only qemu-system-arm
  unpack_all "$1"
  mkdir -p "$1/"{dev,proc,tmp,rig,sysroot}
}

make_hil_guest() { # FOLDER
  local version tools=$hil/tools.partial file
  apt_in trixie arm64 download busybox-static
  apt_in trixie arm64 install --download-only linux-image-arm64
  unpack_all "$1.image"
  version=$(basename "$1.image/usr/lib/modules/"*)
  mkdir -p "$1/modules"
  cp "$1.image/boot/vmlinuz-$version" "$1/vmlinuz"
  cp "$1.image/usr/bin/busybox" "$1/busybox"

  # What the kernel was built with, to build one module more.
  apt_in trixie amd64 install --download-only gcc-aarch64-linux-gnu make bc bash coreutils gawk sed \
    grep findutils kmod "linux-kbuild-${version%-arm64}"
  apt_in trixie arm64 download "linux-headers-$version" "linux-headers-${version%-arm64}-common"
  apt_in trixie amd64 download "linux-source-${version%%.*}.$(cut -d. -f2 <<< "$version")"
  rm -rf "$tools"
  unpack_all "$tools"
  ln -sfn bash "$tools/usr/bin/sh"
  ln -sfn gawk "$tools/usr/bin/awk"
  mkdir -p "$tools/"{dev,proc,tmp}
  cp -r "$1.image/usr/lib/modules/$version" "$tools/usr/lib/modules/"
  build_gpio_sim "$tools" "$version"
  load_order "$tools" "$version" | while read -r file; do
    xz -dc "$tools$file" > "$1/modules/$(basename "${file%.xz}")"
    basename "${file%.xz}" >> "$1/modules/order"
  done
  cp "$tools/tmp/gpio-sim/gpio-sim.ko" "$1/modules/"
  echo gpio-sim.ko >> "$1/modules/order"
  rm -rf "$tools" "$1.image"
}

# A command in a folder that has a whole system in it.
inside() { # FOLDER COMMAND…
  local unshare=(unshare --mount)
  if ((EUID != 0)); then unshare+=(--user --map-root-user); fi
  "${unshare[@]}" bash -c '
    mount --rbind /dev "$1/dev" && mount --rbind /proc "$1/proc" &&
      exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin "${@:2}"' inside "$@"
}

# gpio-sim with the interrupt simulator that it needs and that Debian's kernel leaves out too.
build_gpio_sim() { # FOLDER VERSION
  local folder=$1/tmp/gpio-sim source
  mkdir -p "$folder"
  source=$(echo "$1"/usr/src/linux-source-*.tar.xz)
  tar -xJf "$source" -C "$folder" --strip-components=3 --wildcards '*/drivers/gpio/gpio-sim.c' \
    '*/kernel/irq/irq_sim.c'
  mv "$folder/gpio-sim.c" "$folder/gpio-sim-core.c"
  # Inside one module nothing is exported, and irq_to_desc is not for modules.
  sed -i '/^EXPORT_SYMBOL_GPL/d; s/handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq(irqnum)/' \
    "$folder/irq_sim.c"
  printf '%s\n' 'obj-m := gpio-sim.o' 'gpio-sim-y := gpio-sim-core.o irq_sim.o' \
    'ccflags-y += -DCONFIG_IRQ_SIM=1' > "$folder/Makefile"
  quietly inside "$1" make -C "/usr/src/linux-headers-$2" M=/tmp/gpio-sim ARCH=arm64 \
    CROSS_COMPILE=aarch64-linux-gnu- modules
}

# The files of hil_modules and what they need, each once, in the order of loading.
load_order() { # FOLDER VERSION
  inside "$1" bash -c 'depmod "$0" && for m; do modprobe -S "$0" --show-depends "$m"; done' \
    "$2" "${hil_modules[@]}" | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# Makes what is not there yet. The functions of cross.bash work on $cross, here another folder.
need_hil() {
  local name cross=$hil
  mkdir -p "$hil"
  for name in qemu guest; do
    [[ -e $hil/$name ]] && continue
    echo "Making $hil/$name" >&2
    rm -rf "$hil/$name.partial"*
    "make_hil_$name" "$hil/$name.partial"
    mv "$hil/$name.partial" "$hil/$name"
  done
  rm -rf "$hil/apt"
}

# The guest's first file system, with a job to do: see init.
make_initrd() { # JOB FILE
  local folder
  folder=$(mktemp -d)
  mkdir -p "$folder/bin"
  cp "$hil/guest/busybox" "$folder/bin/"
  cp -r "$hil/guest/modules" "$folder/"
  install -m 755 "$root/tools/hil/init" "$folder/init"
  cp "$1" "$folder/job"
  local tool
  for tool in lines rest; do
    in_root clang --target=aarch64-linux-gnu --sysroot="$cross/sysroot-arm64" -fuse-ld=lld -O2 \
      -Wall -Wextra -static "tools/hil/$tool.c" -o "$built/hil-$tool"
    cp "$built/hil-$tool" "$folder/bin/$tool"
  done
  (cd "$folder" && find . | cpio -o -H newc --quiet) | gzip -1 > "$2"
  rm -rf "$folder"
}

# Boots the guest and lets it do its job; the serial line is shown and kept in LOG. The chips of a
# board hang on its I2C bus and its GPIO lines; what their world saw is shown then and kept in
# LOG.rig. The machine may start anew, where that is asked: /state is kept then.
boot() { # JOB LOG SECONDS BOARD [-no-reboot]
  local folder job=$1 log=$2 seconds=$3 chips code=0
  folder=$(mktemp -d)
  mkdir "$folder/root" "$folder/state"
  make_initrd "$job" "$folder/initrd"
  "$rig" "$4" "$folder" > "$log.rig" 2>&1 < /dev/null &
  chips=$!
  in_qemu "$folder" "$seconds" "${5--no-reboot}" | tr -d '\r' | tee "$log" || code=$?
  kill "$chips" 2> /dev/null || true
  wait "$chips" 2> /dev/null || true
  cat "$log.rig" >&2
  rm -rf "$folder"
  ((code == 0)) || fail "the emulated machine did not end well ($code); its last words are in $log"
}

# /rig in there is FOLDER, with the initrd, the sockets of the chips and the repository.
in_qemu() { # FOLDER SECONDS OPTION
  local unshare=(unshare --mount)
  if ((EUID != 0)); then unshare+=(--user --map-root-user); fi
  "${unshare[@]}" bash -c '
    set -euo pipefail
    qemu=$1 rig=$2 sysroot=$3 root=$4 seconds=$5 guest=$6 option=$7
    mount --rbind /dev "$qemu/dev"
    mount --rbind /proc "$qemu/proc"
    mount --bind "$rig" "$qemu/rig"
    mount --bind "$sysroot" "$qemu/sysroot"
    mount --bind "$root" "$qemu/rig/root"
    cp "$guest/vmlinuz" "$rig/vmlinuz"
    exec nice timeout --foreground "$seconds" chroot "$qemu" qemu-system-aarch64 \
      -machine virt,gic-version=3 -accel tcg,thread=multi -cpu cortex-a72 -smp 2 -m 1024 \
      -nodefaults -display none $option -kernel /rig/vmlinuz -initrd /rig/initrd \
      -append "console=ttyAMA0 quiet panic=1 hil.root=$root hil.outputs=4,22,27" -serial stdio \
      -device i6300esb -device qemu-xhci \
      -device virtio-serial-pci -chardev socket,id=lines,path=/rig/lines,server=on,wait=off \
      -device virtserialport,chardev=lines,name=lines \
      -chardev socket,id=usb,path=/rig/usb,server=on,wait=off -device usb-redir,chardev=usb \
      -fsdev local,id=sysroot,path=/sysroot,security_model=none,readonly=on \
      -device virtio-9p-pci,fsdev=sysroot,mount_tag=sysroot \
      -fsdev local,id=root,path=/rig/root,security_model=none,readonly=on \
      -device virtio-9p-pci,fsdev=root,mount_tag=root \
      -fsdev local,id=state,path=/rig/state,security_model=none \
      -device virtio-9p-pci,fsdev=state,mount_tag=state < /dev/null
  ' in_qemu "$hil/qemu" "$1" "$cross/sysroot-arm64" "$root" "$2" "$hil/guest" "$3"
}

# Whether the world saw the robot drive so often, and its wheels at rest two seconds after each time.
check_witness() { # FILE COUNT
  awk -v wanted="$2" '
    /^rig: awake / { drives += $7 + $9 > 0.1 }
    /^rig: two seconds later / {
      rests++
      rolls += $8 > 0.02 || $8 < -0.02 || $10 > 0.02 || $10 < -0.02
    }
    END { exit !(drives == wanted && rests >= wanted && !rolls) }' "$1" ||
    fail "the robot did not truly drive $2 times and come to rest each time: see above"
}

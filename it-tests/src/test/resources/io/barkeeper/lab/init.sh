#!/bin/busybox sh
# The first process of a lab guest. The kernel's console is the second serial port; the first one carries commands:
#   host to guest:  ID BASE64-OF-A-SHELL-SCRIPT
#   guest to host:  @ID EXIT BASE64-OF-STDOUT-GZIPPED BASE64-OF-STDERR-GZIPPED
/bin/busybox mkdir -p /usr/bin /usr/sbin /run /var/lib /tmp
/bin/busybox --install -s /bin
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
ip link set lo up
for word in $(cat /proc/cmdline); do
  case "$word" in
    lab.modules=*) for module in $(echo "${word#lab.modules=}" | tr , ' '); do modprobe "$module"; done ;;
  esac
done
modprobe virtio_pci
modprobe 9pnet_virtio && modprobe 9p &&
  mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /host

# A guest with a root of its own goes on there, with these modules; a service in it answers on the first port in the same way.
for word in $(cat /proc/cmdline); do
  case "$word" in
    lab.root=*)
      mkdir -p /new
      mount "${word#lab.root=}" /new
      mkdir -p /new/host "/new/lib/modules"
      cp -a "/lib/modules/$(uname -r)" /new/lib/modules/
      for folder in proc sys dev host; do mount --move /$folder /new/$folder; done
      exec switch_root /new /sbin/init
      ;;
  esac
done

exec </dev/ttyS0 >/dev/ttyS0
stty raw -echo
echo "@READY $(uname -r)"
while IFS=' ' read -r id script; do
  echo "$script" | base64 -d >/tmp/.script
  sh /tmp/.script </dev/null >/tmp/.stdout 2>/tmp/.stderr
  code=$?
  echo "@$id $code $(gzip -c </tmp/.stdout | base64 -w 0) $(gzip -c </tmp/.stderr | base64 -w 0)"
done

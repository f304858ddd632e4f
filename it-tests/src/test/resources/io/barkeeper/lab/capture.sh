# Copies what describes the guest's PCI devices to /tmp/capture and packs it. Resource files of BARs are not read: a read of an
# I/O BAR's file reads the ports.
set -u
out=/tmp/capture
rm -rf $out
mkdir -p $out/sys/bus/pci/devices $out/sys/bus/pci/drivers $out/sys/bus/pci/slots $out/sys/bus/pci_express/drivers \
  $out/sys/class/pci_bus $out/sys/class/block $out/sys/class/nvme $out/sys/class/net $out/sys/block \
  $out/proc/sys/kernel/random $out/proc/self $out/proc/1
for tree in /sys/devices/pci*; do
  find "$tree" \( -name vendor -o -name device -o -name subsystem_vendor -o -name subsystem_device -o -name class \
    -o -name revision -o -name resource -o -name config -o -name enable -o -name modalias -o -name numa_node \
    -o -name boot_vga -o -name d3cold_allowed -o -name ari_enabled -o -name reset_method -o -name driver \
    -o -name driver_override -o -name subsystem -o -name physfn -o -name 'virtfn*' -o -name 'sriov_*' \
    -o -name secondary_bus_number -o -name subordinate_bus_number -o -name 'resource*_resize' -o -name runtime_status \
    -o -name control -o -name power_state -o -name serial -o -name subsysnqn -o -name transport -o -name size -o -name ro \
    -o -name removable -o -name dev -o -name wwid -o -name uevent -o -name partition -o -name address -o -name operstate \
    -o -name flags \) ! -path '*/msi_irqs/*' ! -path '*/queue/*' ! -path '*/virtio*' ! -path '*/ata*' ! -path '*/i2c*' \
    ! -path '*/tty/*' >/tmp/capture.list
  while read -r file; do
    if [ -L "$file" ] || { [ -f "$file" ] && [ -r "$file" ]; }; then
      mkdir -p "$out${file%/*}"
      if [ -L "$file" ]; then cp -d "$file" "$out$file"; else cat "$file" >"$out$file" 2>/dev/null || rm "$out$file"; fi
    fi
  done </tmp/capture.list
done
for link in /sys/bus/pci/devices/* /sys/class/pci_bus/* /sys/class/block/* /sys/class/nvme/* /sys/class/net/* /sys/block/*; do
  if [ -L "$link" ] && [ -d "$out$(readlink -f "$link")" ]; then cp -d "$link" "$out$link"; fi
done
for bus in /sys/devices/pci*/pci_bus/* /sys/bus/pci/devices/*/pci_bus/*; do
  if [ -d "$bus" ]; then mkdir -p "$out$(readlink -f "$bus")"; fi
done
for bus in /sys/class/pci_bus/*; do cp -d "$bus" "$out$bus"; done
for driver in /sys/bus/pci/drivers/* /sys/bus/pci_express/drivers/*; do mkdir -p "$out$driver"; done
for slot in /sys/bus/pci/slots/*; do
  if [ -d "$slot" ]; then
    mkdir -p "$out$slot"
    for attribute in address power adapter attention latch cur_bus_speed max_bus_speed; do
      if [ -r "$slot/$attribute" ]; then cat "$slot/$attribute" >"$out$slot/$attribute" 2>/dev/null || rm "$out$slot/$attribute"; fi
    done
  fi
done
if [ -r /sys/kernel/security/lockdown ]; then
  mkdir -p $out/sys/kernel/security
  cat /sys/kernel/security/lockdown >$out/sys/kernel/security/lockdown
fi
cat /sys/bus/pci/resource_alignment >$out/sys/bus/pci/resource_alignment
for file in iomem ioports cmdline version modules swaps mounts sys/kernel/osrelease sys/kernel/random/boot_id 1/mountinfo; do
  cat /proc/$file >$out/proc/$file 2>/dev/null || rm -f $out/proc/$file
done
cat /proc/1/mountinfo >$out/proc/self/mountinfo
dmesg >$out/dmesg
tar -c -C $out -f - . | gzip -9 >/tmp/capture.tar.gz
rm -rf $out

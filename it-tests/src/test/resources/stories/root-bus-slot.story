# The root bus of an i440FX: conventional slots that firmware hot-plugs (acpiphp). A device with room, one with an I/O BAR, one to be ejected,
# and one that was removed through sysfs and comes back with the next arrival in another slot.
board pc
acpi
device pci-testdev,id=a,bus=pci.0,addr=4,membar=16M
device pci-testdev,id=b,bus=pci.0,addr=5,membar=4M
step hotplug-acpi:0000:00:06:@ < pci-testdev,id=n1,bus=pci.0,addr=6,membar=64M
step hotplug-acpi:0000:00:07:@ < e1000,id=n2,bus=pci.0,addr=7
step remove:0000:00:04.0
step hotplug-acpi:0000:00:08:@ < edu,id=n3,bus=pci.0,addr=8
step unplug-acpi:0000:00:06 - n1
step unplug-acpi:0000:00:05 - b
step hotplug-acpi:0000:00:05:@ < pci-testdev,id=n4,bus=pci.0,addr=5.0,membar=8G
step rescan

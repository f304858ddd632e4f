# The empty bus below a hot-plug port is rescanned (pci_assign_unassigned_bridge_resources): a bridge whose memory window has no optional
# part, beside an endpoint with a small BAR, and the port's window has no room for both.
device pcie-root-port,id=rp,bus=pcie.0,addr=1,chassis=1,slot=1,hotplug=on
device pcie-pci-bridge,id=pb,bus=rp,addr=0.0,multifunction=on
device edu,id=e1,bus=pb,addr=1
device pci-testdev,id=t,bus=rp,addr=0.1
step remove:0000:00:01.0
step rescan
shell grep -H . /sys/bus/pci/devices/0000:0*/resource | grep -v " 0x0000000000000000$"
step align:0000:02:01.0:2M $ echo 21@0000:02:01.0 >/sys/bus/pci/resource_alignment
step remove:0000:01:00.1
step remove:0000:01:00.0
step rescan-bus:0000:01
shell grep -H . /sys/bus/pci/devices/0000:0*/resource | grep -v " 0x0000000000000000$"

# The everyday actions on an everyday machine, for a platform that random machines do not run on: a switch with a neighbour, devices
# that find room and one that does not, removal and rescans.
device pcie-root-port,id=rp,bus=pcie.0,addr=2,chassis=1,slot=1
device x3130-upstream,id=sw,bus=rp
device xio3130-downstream,id=sw.0,bus=sw,addr=0,chassis=2,slot=2
device xio3130-downstream,id=sw.1,bus=sw,addr=1,chassis=3,slot=3
device xio3130-downstream,id=sw.2,bus=sw,addr=2,chassis=4,slot=4
device pci-testdev,id=a,bus=sw.0,membar=64M
device edu,id=b,bus=sw.1
device pcie-root-port,id=rp2,bus=pcie.0,addr=3,chassis=5,slot=5
device pci-testdev,id=c,bus=pcie.0,addr=4,membar=1M
step hotplug:0000:00:03.0:@ < pci-testdev,id=n1,bus=rp2,membar=256M
step hotplug:0000:02:02.0:@ < pci-testdev,id=n2,bus=sw.2,membar=256M
step remove:0000:00:02.0
step rescan
step remove:0000:02:00.0
step rescan:0000:02:01.0
step remove:0000:00:03.0
step remove:0000:00:04.0
step rescan
step unplug:0000:00:03.0 - n1
step hotplug:0000:00:03.0:@ < e1000e,id=n3,bus=rp2
step remove:0000:02:01.0
step rescan-bus:0000:02
step remove:0000:01:00.0
step rescan-bus:0000:01

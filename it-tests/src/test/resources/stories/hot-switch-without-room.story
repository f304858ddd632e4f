# A card of an upstream port and two endpoints is plugged into a port without spare room (pciehp).
device pcie-root-port,id=rp,bus=pcie.0,addr=1,chassis=1,slot=1
device pcie-root-port,id=rp2,bus=pcie.0,addr=2,chassis=2,slot=2
device x3130-upstream,id=sw,bus=rp2
device xio3130-downstream,id=sw.0,bus=sw,addr=0.0,chassis=3,slot=3
device xio3130-downstream,id=sw.1,bus=sw,addr=1.0,chassis=4,slot=4
device pci-testdev,id=t,bus=sw.1,membar=1M
step hotplug:0000:00:01.0:@ < edu,id=e2,bus=rp,addr=0.2 < edu,id=e1,bus=rp,addr=0.1 < x3130-upstream,id=up,bus=rp,addr=0.0,multifunction=on
step hotplug:0000:03:00.0:@ < pci-testdev,id=e4,bus=sw.0,addr=0.2 < edu,id=e3,bus=sw.0,addr=0.1 < pcie-pci-bridge,id=up2,bus=sw.0,addr=0.0,multifunction=on
step rescan

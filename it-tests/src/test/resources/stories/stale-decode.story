# A device that found no room the second time still decodes where it was, and the kernel has given that range to another one.
device pcie-root-port,id=rp,bus=pcie.0,addr=1,chassis=1,slot=1
device pcie-pci-bridge,id=pb,bus=rp
object memory-backend-ram,id=small,size=16M
object memory-backend-ram,id=large,size=64M
device ivshmem-plain,id=s,bus=pb,addr=1,memdev=small
device ivshmem-plain,id=l,bus=pb,addr=2,memdev=large
step remove:0000:00:01.0
step rescan
shell for f in 01 02; do set -- $(sed -n 3p /sys/bus/pci/devices/0000:02:$f.0/resource); devmem $1 32 0x11111111; echo $f $1 $(devmem $1); od -An -tx1 -j4 -N2 /sys/bus/pci/devices/0000:02:$f.0/config; done
step align:0000:02:01.0:64M $ echo 26@0000:02:01.0 >/sys/bus/pci/resource_alignment
step remove:0000:02:01.0
step remove:0000:02:02.0
step rescan
shell for f in 01 02; do sed -n 3p /sys/bus/pci/devices/0000:02:$f.0/resource; od -An -tx4 -j4 -N36 /sys/bus/pci/devices/0000:02:$f.0/config; done
step decode:0000:02:02.0:off $ printf '\000' | dd of=/sys/bus/pci/devices/0000:02:02.0/config bs=1 seek=4 conv=notrunc 2>/dev/null
step decode:0000:02:01.0:on $ printf '\003' | dd of=/sys/bus/pci/devices/0000:02:01.0/config bs=1 seek=4 conv=notrunc 2>/dev/null
shell set -- $(sed -n 3p /sys/bus/pci/devices/0000:02:01.0/resource); devmem $1 32 0x22222222; echo with the other one silent: $(devmem $1)
step decode:0000:02:02.0:on $ printf '\003' | dd of=/sys/bus/pci/devices/0000:02:02.0/config bs=1 seek=4 conv=notrunc 2>/dev/null
shell set -- $(sed -n 3p /sys/bus/pci/devices/0000:02:01.0/resource); echo with the other one decoding: $(devmem $1)
step decode:0000:02:02.0:off $ printf '\000' | dd of=/sys/bus/pci/devices/0000:02:02.0/config bs=1 seek=4 conv=notrunc 2>/dev/null
shell set -- $(sed -n 3p /sys/bus/pci/devices/0000:02:01.0/resource); echo with the other one silent: $(devmem $1)

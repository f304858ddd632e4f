package io.barkeeper.nativeshim;

/**
 * Numbers of the Linux ABI: flags, option names, and the sizes and offsets of structures, in bytes.
 *
 * <p>They are those of the 64-bit machines that use the generic ABI (x86-64, aarch64, riscv64); {@link LibC} refuses to
 * load elsewhere. Flags that differ even among these ({@code O_DIRECTORY}, {@code O_NOFOLLOW}) are not used.
 */
final class Abi {
    // open(2)
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_NONBLOCK = 04000;
    static final int O_CLOEXEC = 02000000;

    // flock(2)
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;

    // socket(2), setsockopt(2), recvmsg(2), sendto(2)
    static final int AF_UNIX = 1;
    static final int AF_NETLINK = 16;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_NONBLOCK = 04000;
    static final int SOCK_CLOEXEC = 02000000;
    static final int NETLINK_KOBJECT_UEVENT = 15;
    static final int SOL_SOCKET = 1;
    static final int SO_RCVBUF = 8;
    static final int SO_PASSCRED = 16;
    static final int SO_SNDTIMEO = 21;
    static final int SO_RCVBUFFORCE = 33;
    static final int SCM_CREDENTIALS = 2;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_NOSIGNAL = 0x4000;

    // eventfd(2)
    static final int EFD_NONBLOCK = 04000;
    static final int EFD_CLOEXEC = 02000000;

    // clock_gettime(2)
    static final int CLOCK_MONOTONIC = 1;

    // struct pollfd
    static final int POLLFD_SIZE = 8;
    static final int POLLFD_FD = 0;
    static final int POLLFD_EVENTS = 4;
    static final int POLLFD_REVENTS = 6;
    static final short POLLIN = 1;

    // struct sockaddr_nl
    static final int SOCKADDR_NL_SIZE = 12;
    static final int NL_FAMILY = 0;
    static final int NL_PID = 4;
    static final int NL_GROUPS = 8;

    // struct sockaddr_un
    static final int UN_PATH = 2;
    static final int UN_PATH_SIZE = 108;

    // struct iovec
    static final int IOVEC_SIZE = 16;
    static final int IOV_BASE = 0;
    static final int IOV_LEN = 8;

    // struct msghdr
    static final int MSGHDR_SIZE = 56;
    static final int MSG_NAME = 0;
    static final int MSG_NAMELEN = 8;
    static final int MSG_IOV = 16;
    static final int MSG_IOVLEN = 24;
    static final int MSG_CONTROL = 32;
    static final int MSG_CONTROLLEN = 40;
    static final int MSG_FLAGS = 48;

    // struct cmsghdr, followed by its data
    static final int CMSG_LEN = 0;
    static final int CMSG_LEVEL = 8;
    static final int CMSG_TYPE = 12;
    static final int CMSG_DATA = 16;

    // struct ucred
    static final int UCRED_SIZE = 12;
    static final int UCRED_PID = 0;
    static final int UCRED_UID = 4;
    static final int UCRED_GID = 8;

    // struct timeval, struct timespec
    static final int TIME_SIZE = 16;
    static final int TIME_SECONDS = 0;
    static final int TIME_FRACTION = 8;

    private Abi() {}
}

package io.barkeeper.nativeshim;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The offsets, against those that JNA computes for this machine from the declarations of the manual pages. */
class AbiTest {
    abstract static class Declared extends Structure {
        int offset(String field) {
            return fieldOffset(field);
        }
    }

    @FieldOrder({"fd", "events", "revents"})
    public static final class PollFd extends Declared {
        public int fd;
        public short events;
        public short revents;
    }

    @FieldOrder({"family", "pad", "pid", "groups"})
    public static final class SockaddrNl extends Declared {
        public short family;
        public short pad;
        public int pid;
        public int groups;
    }

    @FieldOrder({"family", "path"})
    public static final class SockaddrUn extends Declared {
        public short family;
        public byte[] path = new byte[Abi.UN_PATH_SIZE];
    }

    @FieldOrder({"base", "length"})
    public static final class IoVec extends Declared {
        public @Nullable Pointer base;
        public NativeLong length = new NativeLong();
    }

    @FieldOrder({"name", "nameLength", "iov", "iovLength", "control", "controlLength", "flags"})
    public static final class MsgHdr extends Declared {
        public @Nullable Pointer name;
        public int nameLength;
        public @Nullable Pointer iov;
        public NativeLong iovLength = new NativeLong();
        public @Nullable Pointer control;
        public NativeLong controlLength = new NativeLong();
        public int flags;
    }

    @FieldOrder({"length", "level", "type", "pid", "uid", "gid"})
    public static final class Credentials extends Declared {
        public NativeLong length = new NativeLong();
        public int level;
        public int type;
        public int pid;
        public int uid;
        public int gid;
    }

    @FieldOrder({"seconds", "fraction"})
    public static final class Time extends Declared {
        public NativeLong seconds = new NativeLong();
        public NativeLong fraction = new NativeLong();
    }

    @Test
    void pollfd() {
        PollFd declared = new PollFd();
        assertThat(Abi.POLLFD_SIZE).isEqualTo(declared.size());
        assertThat(Abi.POLLFD_FD).isEqualTo(declared.offset("fd"));
        assertThat(Abi.POLLFD_EVENTS).isEqualTo(declared.offset("events"));
        assertThat(Abi.POLLFD_REVENTS).isEqualTo(declared.offset("revents"));
    }

    @Test
    void socketAddresses() {
        SockaddrNl netlink = new SockaddrNl();
        assertThat(Abi.SOCKADDR_NL_SIZE).isEqualTo(netlink.size());
        assertThat(Abi.NL_FAMILY).isEqualTo(netlink.offset("family"));
        assertThat(Abi.NL_PID).isEqualTo(netlink.offset("pid"));
        assertThat(Abi.NL_GROUPS).isEqualTo(netlink.offset("groups"));
        SockaddrUn unix = new SockaddrUn();
        assertThat(unix.size()).isEqualTo(Abi.UN_PATH + Abi.UN_PATH_SIZE);
        assertThat(Abi.UN_PATH).isEqualTo(unix.offset("path"));
    }

    @Test
    void messages() {
        IoVec vector = new IoVec();
        assertThat(Abi.IOVEC_SIZE).isEqualTo(vector.size());
        assertThat(Abi.IOV_BASE).isEqualTo(vector.offset("base"));
        assertThat(Abi.IOV_LEN).isEqualTo(vector.offset("length"));
        MsgHdr header = new MsgHdr();
        assertThat(Abi.MSGHDR_SIZE).isEqualTo(header.size());
        assertThat(Abi.MSG_NAME).isEqualTo(header.offset("name"));
        assertThat(Abi.MSG_NAMELEN).isEqualTo(header.offset("nameLength"));
        assertThat(Abi.MSG_IOV).isEqualTo(header.offset("iov"));
        assertThat(Abi.MSG_IOVLEN).isEqualTo(header.offset("iovLength"));
        assertThat(Abi.MSG_CONTROL).isEqualTo(header.offset("control"));
        assertThat(Abi.MSG_CONTROLLEN).isEqualTo(header.offset("controlLength"));
        assertThat(Abi.MSG_FLAGS).isEqualTo(header.offset("flags"));
    }

    @Test
    void credentialsInAControlMessage() {
        Credentials declared = new Credentials();
        assertThat(Abi.CMSG_LEN).isEqualTo(declared.offset("length"));
        assertThat(Abi.CMSG_LEVEL).isEqualTo(declared.offset("level"));
        assertThat(Abi.CMSG_TYPE).isEqualTo(declared.offset("type"));
        assertThat(Abi.CMSG_DATA).isEqualTo(declared.offset("pid"));
        assertThat(Abi.CMSG_DATA + Abi.UCRED_UID).isEqualTo(declared.offset("uid"));
        assertThat(Abi.CMSG_DATA + Abi.UCRED_GID).isEqualTo(declared.offset("gid"));
        assertThat(Abi.UCRED_SIZE).isEqualTo(3 * Integer.BYTES);
        assertThat(Abi.UCRED_PID).isZero();
    }

    @Test
    void timevalAndTimespec() {
        Time declared = new Time();
        assertThat(Abi.TIME_SIZE).isEqualTo(declared.size());
        assertThat(Abi.TIME_SECONDS).isEqualTo(declared.offset("seconds"));
        assertThat(Abi.TIME_FRACTION).isEqualTo(declared.offset("fraction"));
    }
}

"""Ways out over the network, and to servers of the host."""

from __future__ import annotations

import fcntl
import socket
import struct

from tests.workers.sandbox.attacks.trying import connect, first, host, tried


def connecting_to_a_server_of_the_host() -> object:
    return connect(socket.AF_INET, ("127.0.0.1", int(host["port"])))


def connecting_to_an_address_of_the_host() -> object:
    return connect(socket.AF_INET, (host["address"], int(host["port"])))


def connecting_to_a_server_of_the_host_by_ipv6() -> object:
    return connect(socket.AF_INET6, ("::1", int(host["port6"])))


def connecting_to_the_internet() -> object:
    return connect(socket.AF_INET, ("192.0.2.1", 443))


def connecting_to_the_internet_by_ipv6() -> object:
    return connect(socket.AF_INET6, ("2001:db8::1", 443))


def sending_a_datagram() -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return sender.sendto(b"secret", ("192.0.2.1", 53))


def broadcasting_to_the_local_network() -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        return sender.sendto(b"secret", ("255.255.255.255", 9))


def asking_the_metadata_server_of_a_cloud() -> object:
    return connect(socket.AF_INET, ("169.254.169.254", 80))


def resolving_a_name() -> object:
    return socket.getaddrinfo("example.com", 80)


def a_raw_socket() -> object:
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


def a_socket_file_of_the_host() -> object:
    return connect(socket.AF_UNIX, host["socket"])


def an_abstract_socket_of_the_host() -> object:
    return connect(socket.AF_UNIX, "\0" + host["abstract"])


def sockets_of_daemons() -> object:
    paths = "/run/docker.sock /var/run/docker.sock /run/dbus/system_bus_socket /run/systemd/private"
    return first(tried(lambda p=p: connect(socket.AF_UNIX, p)) for p in paths.split())


def a_netlink_socket() -> object:
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)


def a_packet_socket() -> object:
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)


def a_vsock_to_the_hypervisor() -> object:
    return socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)


def sockets_of_every_other_family() -> object:
    others = set(range(64)) - {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6}
    return first(tried(lambda f=f, k=k: socket.socket(f, k)) for f in others for k in (1, 2, 3, 5))


def a_new_interface() -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14s", b"lo", 0, b"")
        return fcntl.ioctl(control, 0x8914, request)  # SIOCSIFFLAGS

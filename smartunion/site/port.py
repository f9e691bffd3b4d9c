"""Whether the port is free, said in words."""

import socket


def free_or_explain(host: str, port: int) -> str:
    """ "" when something can listen there, else what is wrong and what to do."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return (
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                f"端口 {port} 已被占用或不可用。Choose another: PORT={port + 1} ./run"
            )
    return ""

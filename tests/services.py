"""Whether a service the tests need answers: `services.py postgres URL` or `services.py redis`; exit code 0 means yes."""

import os
import sys


def answers(name: str, url: str) -> bool:
    """Try one connection."""
    try:
        if name == "postgres":
            import psycopg

            psycopg.connect(url.rsplit("/", 1)[0] + "/postgres", connect_timeout=3).close()
        else:
            import redis

            redis.Redis.from_url(url, socket_timeout=3).ping()
    except Exception as error:  # noqa: BLE001  any failure means it does not answer
        print(f"{name}: {error}", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    service = sys.argv[1]
    default = os.environ.get("SMARTUNION_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    sys.exit(not answers(service, sys.argv[2] if len(sys.argv) > 2 else default))

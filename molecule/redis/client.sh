#!/bin/sh
# client.sh HOST PASSWORD FILE: count up through a new connection each time, until FILE is gone; say what went wrong.
# When a connection ends it tries again, as Redis' clients do: the checks of a proxy may be late on a busy machine.
last=0
while [ -e "$3" ]; do
	for wait in 1 1 0; do
		answer=$(REDISCLI_AUTH="$2" redis-cli --tls --cacert /etc/mainstay/ca.crt -h "$1" --user shop INCR counted 2>&1)
		case $answer in
		*'closed the connection'* | *'Could not connect'* | *reset*) sleep $wait ;;
		*) break ;;
		esac
	done
	case $answer in
	*[!0-9]*) echo "$answer" ;;
	*) [ "$answer" -gt "$last" ] && last=$answer || echo "lost: $answer after $last" ;;
	esac
	sleep 0.1
done

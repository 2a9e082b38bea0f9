#!/bin/sh
# client.sh HOST PASSWORD FILE: count up through a new connection each time, until FILE is gone; say what went wrong.
last=0
while [ -e "$3" ]; do
	answer=$(REDISCLI_AUTH="$2" redis-cli --tls --cacert /etc/mainstay/ca.crt -h "$1" --user shop INCR counted 2>&1)
	case $answer in
	*[!0-9]*) echo "$answer" ;;
	*) [ "$answer" -gt "$last" ] && last=$answer || echo "lost: $answer after $last" ;;
	esac
	sleep 0.1
done

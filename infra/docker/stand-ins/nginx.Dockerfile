# Stands in for the official image of nginx: Debian's nginx, which is older, with the user of the official one.
FROM localhost/chatlake-stand-in-debian
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN apt-get update \
 && apt-get install -y --no-install-recommends nginx-light wget \
 && groupadd --gid 101 --non-unique nginx \
 && useradd --uid 101 --gid 101 --non-unique --no-create-home nginx

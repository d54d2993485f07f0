# The published site, served by nginx on port 8080. The site is a volume at /site.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim
ARG NGINX_IMAGE=docker.io/library/nginx:1.30.5-alpine-slim

FROM ${NODE_IMAGE} AS config
WORKDIR /app
COPY package.json ./
COPY infra infra
RUN node infra/docker/site-config.ts > /nginx.conf

FROM ${NGINX_IMAGE}
COPY --from=config /nginx.conf /etc/chatlake/nginx.conf
# A new volume there belongs to the refiner, which writes it.
RUN mkdir /site && chown 1000:1000 /site
USER 101:101
EXPOSE 8080
# nginx finishes open requests.
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=30s --timeout=5s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["nginx", "-p", "/tmp/", "-c", "/etc/chatlake/nginx.conf", "-e", "stderr", "-g", "daemon off;"]
CMD []

# Two stages: Go builds one static file, which runs alone, without a shell and
# not as root. The base images are arguments, for a mirror or a pinned digest.
ARG BUILD_IMAGE=docker.io/library/golang:1.26.8-bookworm
ARG RUN_IMAGE=gcr.io/distroless/static-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/headway . && mkdir /out/data

FROM ${RUN_IMAGE}
COPY --from=build /out/headway /usr/local/bin/headway
# The embedded database and its key file lie in the working directory. Nothing
# is exposed: Headway only calls out, and health is for inside the container.
COPY --from=build --chown=65532:65532 /out/data /data
WORKDIR /data
VOLUME /data
USER 65532:65532
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/usr/local/bin/headway", "health"]
ENTRYPOINT ["/usr/local/bin/headway"]
CMD ["serve"]

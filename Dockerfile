# docker build -t vbg . && docker run --rm -v "$PWD/work:/work" vbg
FROM python:3.12-slim
COPY . /src
RUN pip install --no-cache-dir -c /src/constraints.txt /src
WORKDIR /work
CMD ["vbg", "run", "quickstart"]

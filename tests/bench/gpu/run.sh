#!/bin/sh
# Runs the GPU checks and benchmarks of this folder: ./run.sh [out-dir] [--quick]
# Needs Linux on x86-64 with tar and gzip, and no network. Writes out-dir/results.json (default: results, beside this file).
# For CUDA, put libonnxruntime_providers_shared.so and libonnxruntime_providers_cuda.so into a folder named cuda beside it.
set -eu
PATH=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
export PATH

here=$(cd "$(dirname "$0")" && pwd)
case ${1:-} in '' | --*) out=$here/results ;; *) out=$1 && shift ;; esac
home=$here/unpacked
mkdir -p "$home" 2>/dev/null || home=$(mktemp -d)

if [ ! -e "$home/complete" ]; then
  gzip -dc "$here/payload.tar.gz" | tar -xf - -C "$home"
  touch "$home/complete"
fi

# True if the dynamic linker finds this library by itself.
has() {
  ldconfig -p 2>/dev/null | grep -q "$1" && return
  for folder in /usr/lib/x86_64-linux-gnu /lib/x86_64-linux-gnu /usr/lib64 /lib64 /usr/lib; do
    [ -e "$folder/$1" ] && return
  done
  return 1
}

# What the system lacks comes from the bundle, and only that.
libraries=${LD_LIBRARY_PATH:-}
for library in libvulkan.so.1 libstdc++.so.6 libgcc_s.so.1; do
  has "$library" || libraries="$home/lib/$library.d${libraries:+:$libraries}"
done

# NVIDIA's Vulkan driver is a library and a file that names it; containers are often given the library alone.
nvidia_folder=
for folder in /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/local/nvidia/lib64 /usr/lib; do
  if [ -z "$nvidia_folder" ] && [ -e "$folder/libGLX_nvidia.so.0" ]; then nvidia_folder=$folder; fi
done
if [ -n "$nvidia_folder" ] && [ -z "${VK_DRIVER_FILES:-}" ]; then
  manifest=
  for folder in /etc/vulkan /usr/share/vulkan /usr/local/share/vulkan /usr/local/nvidia/share/vulkan; do
    for file in "$folder"/icd.d/nvidia*.json; do
      if [ -z "$manifest" ] && [ -e "$file" ]; then manifest=$file; fi
    done
  done
  if [ -z "$manifest" ]; then
    manifest=$home/nvidia_icd.json
    printf '{ "file_format_version": "1.0.0", "ICD": { "library_path": "%s", "api_version": "1.3.0" } }\n' \
      "$nvidia_folder/libGLX_nvidia.so.0" >"$manifest"
  fi
  # Alone, so that no software driver is chosen beside it.
  export VK_DRIVER_FILES="$manifest" VK_ICD_FILENAMES="$manifest"
  has libGLX_nvidia.so.0 || libraries="$nvidia_folder${libraries:+:$libraries}"
fi

if [ -d "$here/cuda" ]; then
  cp -f "$here"/cuda/libonnxruntime_providers_*.so "$home/app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/"
fi

[ -z "$libraries" ] || export LD_LIBRARY_PATH="$libraries"
mkdir -p "$home/run" "$home/shaders"
chmod 700 "$home/run"
export XDG_RUNTIME_DIR="$home/run" MESA_SHADER_CACHE_DIR="$home/shaders" HOME="${HOME:-$home}" ORT_DISABLE_TELEMETRY=1
mkdir -p "$out"
exec "$home/node" "$home/app/run.js" "$out" "$@"

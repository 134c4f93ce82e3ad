//! OpenVINO, loaded from the native folder, and a model compiled for it.
//!
//! Shapes stay dynamic: a model compiled for one fixed shape runs 10–15 % faster, but each shape costs 0.3–0.5 s to
//! compile, up to 0.5 s more at its first use, and 100 MB; pages come in too many shapes for that. Rounding the
//! shapes (see `detect` and `recognise`) lets the runtime's own cache of prepared kernels work instead.

use std::path::Path;

use openvino::{CompiledModel, Core, DeviceType, ElementType, InferRequest, RwPropertyKey, Shape, Tensor};
use papertray_reader::{ReadError, native};

/// The runtime.
pub(crate) struct Runtime {
    core: Core,
}

/// A compiled model with one picture-shaped input and one output.
pub(crate) struct Model {
    request: InferRequest,
    // The request works on it; it must not be freed before.
    _compiled: CompiledModel,
}

impl Runtime {
    pub(crate) fn load(folder: &Path, prepared: Option<&Path>) -> Result<Self, ReadError> {
        let library = native::openvino(folder)
            .ok_or_else(|| ReadError::missing("The recognition runtime (OpenVINO) is not installed."))?;
        openvino_sys::library::load_from(library)
            .map_err(|e| ReadError::missing(format!("The recognition runtime does not load: {e}.")))?;
        let mut core = Core::new()
            .map_err(|e| ReadError::missing(format!("The recognition runtime does not start: {e}.")))?;
        let settings = [
            // The default where the processor offers it, bf16, is slower for these small models.
            (RwPropertyKey::HintInferencePrecision, "f32"),
            // One thread a child; the pool runs as many children as there are cores.
            (RwPropertyKey::InferenceNumThreads, "1"),
            (RwPropertyKey::HintPerformanceMode, "LATENCY"),
            // Else the runtime of every child binds its thread to the same first core, and they wait for each other.
            (RwPropertyKey::HintEnableCpuPinning, "NO"),
        ];
        core.set_properties(&DeviceType::CPU, settings).map_err(failed)?;
        let mut runtime = Self { core };
        if let Some(prepared) = prepared.and_then(Path::to_str) {
            runtime.keep_compiled_in(prepared)?;
        }
        Ok(runtime)
    }

    /// Takes compiled models from this folder, and puts there what it has not; an empty name is none.
    fn keep_compiled_in(&mut self, folder: &str) -> Result<(), ReadError> {
        self.core.set_property(&DeviceType::CPU, &RwPropertyKey::CacheDir, folder).map_err(failed)
    }

    pub(crate) fn version(&self) -> String {
        let versions = self.core.versions("CPU").unwrap_or_default();
        versions.first().map_or_else(String::new, |(_, v)| v.build_number.clone())
    }

    /// The model in this ONNX file.
    pub(crate) fn model_from(&mut self, path: &Path) -> Result<Model, ReadError> {
        let onnx = std::fs::read(path)
            .map_err(|e| ReadError::missing(format!("The model `{}` is not there: {e}.", path.display())))?;
        self.model(path, &onnx)
    }

    /// The model of these bytes of an ONNX file; `name` is for messages.
    pub(crate) fn model(&mut self, name: &Path, onnx: &[u8]) -> Result<Model, ReadError> {
        let broken = |e| ReadError::missing(format!("The model `{}` does not load: {e}.", name.display()));
        let model = self.core.read_model_from_buffer(onnx, None).map_err(broken)?;
        let mut compiled = match self.core.compile_model(&model, DeviceType::CPU) {
            Ok(compiled) => compiled,
            Err(error) => {
                // A compiled model that is damaged must not stand in the way of the model itself.
                tracing::warn!(%error, "compiled anew");
                self.keep_compiled_in("")?;
                self.core.compile_model(&model, DeviceType::CPU).map_err(broken)?
            }
        };
        let request = compiled.create_infer_request().map_err(broken)?;
        Ok(Model { request, _compiled: compiled })
    }
}

impl Model {
    /// Runs the model on one picture of three planes of `height` × `width`, which `fill` writes, and passes the
    /// output's dimensions, the output, and what `fill` noted to `take`.
    pub(crate) fn run<N, T>(
        &mut self,
        height: usize,
        width: usize,
        fill: impl FnOnce(&mut [f32]) -> N,
        take: impl FnOnce(&[i64], &[f32], N) -> T,
    ) -> Result<T, ReadError> {
        let shape = Shape::new(&[1, 3, dimension(height), dimension(width)]).map_err(failed)?;
        let mut input = Tensor::new(ElementType::F32, &shape).map_err(failed)?;
        let note = fill(input.get_data_mut::<f32>().map_err(failed)?);
        self.request.set_input_tensor(&input).map_err(failed)?;
        self.request.infer().map_err(failed)?;
        let output = self.request.get_output_tensor().map_err(failed)?;
        let shape = output.get_shape().map_err(failed)?;
        Ok(take(shape.get_dimensions(), output.get_data::<f32>().map_err(failed)?, note))
    }
}

/// A size as the runtime counts.
pub(crate) fn dimension(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn failed(error: impl std::fmt::Display) -> ReadError {
    ReadError::internal(format!("Recognition failed: {error}."))
}

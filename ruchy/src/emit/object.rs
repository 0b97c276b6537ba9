//! Object literals: JSON and maps.

use super::{Code, Emitter, level, quoted};
use crate::tree::{Expression, ExpressionKind};
use crate::types::ObjectKind;

impl<'tree> Emitter<'tree> {
    pub(super) fn object(&mut self, expression: &'tree Expression, entries: &'tree [crate::tree::ObjectEntry]) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let kind = self.types.objects.get(&expression.id).copied().unwrap_or(ObjectKind::Json);
        let mut pairs = Vec::new();
        let mut spreads = Vec::new();
        for entry in entries {
            match entry {
                crate::tree::ObjectEntry::Pair { key, value } => {
                    let at = self.sync(key.span);
                    pairs.push((at, quoted(&key.text), self.value(value).text));
                }
                crate::tree::ObjectEntry::Short(value) => {
                    let name = match &value.kind {
                        ExpressionKind::Path(path) => path.last().map_or(String::new(), |name| name.text.clone()),
                        _ => String::new(),
                    };
                    pairs.push((String::new(), quoted(&name), self.value(value).text));
                }
                crate::tree::ObjectEntry::Spread(value) => spreads.push(self.value(value).text),
            }
        }
        let end = self.sync_end(expression.span);
        self.condition = outer;
        let ty = self.ty(expression).clone();
        match kind {
            ObjectKind::Json => {
                let mut text = "events::Json::object()".to_owned();
                if let Some(spread) = spreads.first() {
                    text.clone_from(spread);
                }
                for (at, key, value) in pairs {
                    text += &format!("{at}.put({key}, {value})");
                }
                Code::atom(text + &end)
            }
            ObjectKind::BTreeMap | ObjectKind::HashMap => {
                let name = if kind == ObjectKind::BTreeMap { "std::collections::BTreeMap" } else { "std::collections::HashMap" };
                if !spreads.is_empty() {
                    let extend: Vec<String> = spreads.iter().map(|spread| format!("__map.extend({spread});")).collect();
                    let insert: Vec<String> =
                        pairs.into_iter().map(|(at, key, value)| format!("{at}__map.insert({key}.to_string(), {value});")).collect();
                    return Code::new(
                        format!("{{ let mut __map = {name}::new(); {} {} __map{end} }}", extend.join(" "), insert.join(" ")),
                        level::BLOCK,
                    );
                }
                if pairs.is_empty() {
                    let _ = ty;
                    return Code::atom(format!("{name}::new()"));
                }
                let parts: Vec<String> = pairs.into_iter().map(|(at, key, value)| format!("{at}({key}.to_string(), {value})")).collect();
                Code::atom(format!("{name}::from([{}{end}])", parts.join(", ")))
            }
        }
    }
}

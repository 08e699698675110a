/* What is said aloud of payments, in ten languages. Pure: text from amounts, so that tests read each sentence.
   An amount is said the way people say it: "12 euros 40" where the language puts the cents behind the unit,
   "12.40" where it says the point. Cents below ten keep their zero ("0 5"), or 12.05 would sound like 12.50. */

const SPEECH = {
  en: { name: "English", cents: " ", paid: "Paid: {amount}", other: "Another payment: {amount}", many: "{count} payments: {amount}",
    missed: "{count} payments while the line was away: {amount}", missedOne: "One payment while the line was away: {amount}" },
  de: { name: "Deutsch", cents: " ", paid: "Bezahlt: {amount}", other: "Andere Zahlung: {amount}", many: "{count} Zahlungen: {amount}",
    missed: "{count} Zahlungen, während die Leitung weg war: {amount}", missedOne: "Eine Zahlung, während die Leitung weg war: {amount}" },
  vi: { name: "Tiếng Việt", names: { VND: "đồng" }, paid: "Đã thanh toán: {amount}", other: "Khoản thanh toán khác: {amount}",
    many: "{count} khoản thanh toán, tổng cộng {amount}", missed: "{count} khoản thanh toán khi mất kết nối, tổng cộng {amount}",
    missedOne: "Một khoản thanh toán khi mất kết nối: {amount}" },
  fr: { name: "Français", cents: " ", paid: "Payé : {amount}", other: "Autre paiement : {amount}", many: "{count} paiements : {amount}",
    missed: "{count} paiements pendant la coupure : {amount}", missedOne: "Un paiement pendant la coupure : {amount}" },
  es: { name: "Español", cents: " con ", paid: "Pagado: {amount}", other: "Otro pago: {amount}", many: "{count} pagos: {amount}",
    missed: "{count} pagos mientras no había conexión: {amount}", missedOne: "Un pago mientras no había conexión: {amount}" },
  zh: { name: "中文", names: { CNY: "元" }, paid: "已收款：{amount}", other: "另一笔收款：{amount}", many: "{count}笔收款，共{amount}",
    missed: "断线期间收到{count}笔付款，共{amount}", missedOne: "断线期间收到一笔付款：{amount}" },
  ja: { name: "日本語", paid: "お支払い完了：{amount}", other: "別のお支払い：{amount}", many: "{count}件のお支払い、合計{amount}",
    missed: "通信が切れていた間に{count}件のお支払い、合計{amount}", missedOne: "通信が切れていた間に1件のお支払い：{amount}" },
  th: { name: "ไทย", names: { THB: "บาท" }, paid: "ชำระแล้ว {amount}", other: "อีกรายการหนึ่ง {amount}", many: "{count} รายการ รวม {amount}",
    missed: "ขณะขาดการเชื่อมต่อ มี {count} รายการ รวม {amount}", missedOne: "ขณะขาดการเชื่อมต่อ มีหนึ่งรายการ {amount}" },
  hi: { name: "हिन्दी", cents: " ", names: { INR: "रुपये" }, paid: "भुगतान मिला: {amount}", other: "दूसरा भुगतान: {amount}",
    many: "{count} भुगतान, कुल {amount}", missed: "लाइन बंद रहने के दौरान {count} भुगतान, कुल {amount}",
    missedOne: "लाइन बंद रहने के दौरान एक भुगतान: {amount}" },
  ar: { name: "العربية", cents: " و", paid: "تم الدفع: {amount}", other: "دفعة أخرى: {amount}", many: "عدد الدفعات {count}، المجموع {amount}",
    missed: "أثناء انقطاع الاتصال، عدد الدفعات {count}، المجموع {amount}", missedOne: "أثناء انقطاع الاتصال، دفعة واحدة: {amount}" },
};

/* [["en", "English"], …] */
export const LANGUAGES = Object.entries(SPEECH).map(([code, { name }]) => [code, name]);

const speechOf = (tag) => SPEECH[tag.split("-")[0]] ?? SPEECH.en;
const tagOf = (tag) => (SPEECH[tag.split("-")[0]] ? tag : "en");

/* 1240, "EUR", 2, "de-AT" -> "12 Euro 40". digits: of the currency, as the server counts them. */
export function amountAloud(minor, currency, digits, tag) {
  const { cents, names } = speechOf(tag);
  const unit = 10 ** digits;
  const whole = Math.trunc(minor / unit), rest = minor - whole * unit;
  const named = (number, places) =>
    new Intl.NumberFormat(tagOf(tag), {
      style: "currency", currency, currencyDisplay: "name", numberingSystem: "latn", useGrouping: false,
      minimumFractionDigits: places, maximumFractionDigits: places,
    })
      .formatToParts(number)
      .map(({ type, value }) => (type === "currency" ? (names?.[currency] ?? value) : value))
      .join("")
      .replace(/[\u200e\u200f\u061c]/g, "")
      .replace(/\s/g, " ");
  if (!rest) return named(whole, 0);
  if (!cents) return named(minor / unit, digits);
  const zeros = String(rest).padStart(digits, "0").match(/^0*/)[0];
  return named(whole, 0) + cents + "0 ".repeat(zeros.length) + rest;
}

/* kind: paid, other (beside another order's open code), many, missed. */
export function sentence(kind, count, amount, tag) {
  const speech = speechOf(tag);
  const text = kind === "missed" && count === 1 ? speech.missedOne : speech[kind];
  return text.replace("{count}", count).replace("{amount}", amount);
}

using System.ComponentModel;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary>An entry of a register as its source gives it. Without address it is kept, and flagged as nobody one can write to.</summary>
public sealed record ContactBody(string? Company, string? Siret, string? Name, string? Email, DateTimeOffset? At, IReadOnlyList<string>? Lots);

public sealed record ContactShape(string? Email, string? Name, string Company, string? Siret, DateTimeOffset? At, IReadOnlyList<string> Lots);

/// <summary>One of the five registers of the recipients field.</summary>
/// <param name="Register"><c>prior-phase</c>, <c>withdrawals</c>, <c>questions</c>, <c>deposits</c> or <c>free-entries</c>.</param>
/// <param name="Title">Its French title.</param>
public sealed record RegisterShape(string Register, string Title, IReadOnlyList<ContactShape> Contacts)
{
    internal static RegisterShape Of(RegisterView view) => new(
        view.Word,
        view.Title,
        [.. view.Contacts.Select(c => new ContactShape(c.Email, c.Name, c.Company, c.Siret, c.At, c.Lots))]);
}

/// <summary>What a register holds after it was replaced.</summary>
public sealed record RegisterOutcomeShape(Register Register, int Contacts, int WithoutAddress);

/// <summary><c>/consultations/{reference}/registers</c>: who can be written to.</summary>
internal static class Registers
{
    public static void Map(RouteGroupBuilder api)
    {
        var registers = api.MapGroup("/consultations/{reference}/registers").WithTags("Registers");
        registers.MapGet("", GetAsync).WithName("getRegisters").WithSummary("Read the five registers of the recipients field").Produces<ListShape<RegisterShape>>().Refuses(404);
        registers.MapPut("/{register}", PutAsync).WithName("putRegister").WithSummary("Replace a register by the contacts given, all or nothing")
            .WithDescription("The body is a bare array. `selected` (candidates retained) and `awardees` feed `prior-phase`, here or in the consultations that call this one off; `free-entries` fills by writing letters.")
            .Accepts<IReadOnlyList<ContactBody>>("application/json")
            .Produces<RegisterOutcomeShape>().Refuses(400, 404, 413, 415, 422);
    }

    private static async Task<IResult> GetAsync(HttpContext context, string reference, FindConsultation find, ReadRegisters read, CancellationToken cancel)
    {
        var found = await find.RunAsync(context.Caller(), reference, cancel);
        return found.Succeeded
            ? Results.Ok(new ListShape<RegisterShape>([.. (await read.RunAsync(found.Value, cancel)).Select(RegisterShape.Of)]))
            : Answers.Refuse(found.Problem!);
    }

    private static async Task<IResult> PutAsync(
        HttpContext context,
        string reference,
        [Replaceable, Description("Which register.")] string register,
        IReadOnlyList<ContactBody?> contacts,
        PutRegister put,
        CancellationToken cancel)
    {
        if (Words.Parse<Register>(register) is not { } which || !PutRegister.Replaceable.Contains(which))
            return Answers.Refuse(Problem.NotFound("register-not-found", $"Aucun registre à remplacer ne s'appelle ainsi. Registres admis : {string.Join(", ", Replaceable)}."));
        var input = contacts.Select(c => new ContactInput(c?.Company ?? "", c?.Siret, c?.Name, c?.Email, c?.At, c?.Lots ?? [])).ToList();
        return (await put.RunAsync(context.Caller(), reference, which, input, cancel))
            .Answer(outcome => Results.Ok(new RegisterOutcomeShape(outcome.Register, outcome.Contacts, outcome.WithoutAddress)));
    }

    private static IEnumerable<string> Replaceable => PutRegister.Replaceable.Select(Words.Of);

    /// <summary>Tells the description which words the route admits.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    private sealed class ReplaceableAttribute : AdmittedAttribute
    {
        public override IEnumerable<string> Words => Replaceable;
    }
}
